using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Calls;

/// <summary>NtQueryVolumeInformationFile and NtSetVolumeInformationFile.</summary>
internal static class VolumeCalls
{
    private const uint SectorSize = 512;

    /// <summary>
    /// FILE_CASE_PRESERVED_NAMES | FILE_UNICODE_ON_DISK | FILE_SUPPORTS_SPARSE_FILES | FILE_SUPPORTS_REPARSE_POINTS | FILE_SUPPORTS_HARD_LINKS |
    /// FILE_SUPPORTS_OPEN_BY_FILE_ID | FILE_SUPPORTS_POSIX_UNLINK_RENAME.
    /// </summary>
    private const uint FileSystemAttributes = 0x2 | 0x4 | 0x40 | 0x80 | 0x400000 | 0x1000000 | 0x400;

    /// <summary>FILE_SUPPORTS_EXTENDED_ATTRIBUTES.</summary>
    private const uint ExtendedAttributes = 0x800000;

    [NtSyscall("NtQueryVolumeInformationFile", Support.Full)]
    internal static NtStatus NtQueryVolumeInformationFile(NtThread t, Handle file, GuestPointer ioStatus, GuestPointer buffer, uint length, uint informationClass)
    {
        NtStatus status = t.Reference(file, 0, out FileObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        Span<byte> output = stackalloc byte[(int)Math.Min(length, 512)];
        output.Clear();
        InformationBuffer writer = new(output);
        int minimum = informationClass switch { 1 => 24, 3 => 24, 4 => 8, 5 => 16, 6 => 48, 7 => 32, 8 => 64, 11 => 28, _ => 0 };
        if (minimum == 0)
        {
            return NtStatus.InvalidInfoClass;
        }
        if (length < (uint)minimum)
        {
            return NtStatus.InfoLengthMismatch;
        }
        if (informationClass == 4)
        {
            writer.Add(found.DeviceType);
            writer.Add(found.DeviceType == DiskFile.DiskFileSystemType ? 0x20u : 0u);
        }
        else
        {
            Volume? volume = (found as DiskFile)?.Volume ?? (found as VirtualDirectoryFile)?.Volume;
            if (volume is null)
            {
                return NtStatus.InvalidDeviceRequest;
            }
            status = Write(found, volume, informationClass, ref writer);
            if (status.IsError)
            {
                return status;
            }
        }
        return t.Memory.TryWrite(buffer, output[..writer.Written]) && t.Memory.TryWrite(ioStatus, new IoStatusBlock64(status, (ulong)writer.Written))
            ? status
            : NtStatus.AccessViolation;
    }

    [NtSyscall("NtSetVolumeInformationFile", Support.Refused, "volume labels and quotas cannot be changed")]
    internal static NtStatus NtSetVolumeInformationFile(NtThread t, Handle file, GuestPointer ioStatus, GuestPointer buffer, uint length, uint informationClass)
    {
        NtStatus status = t.Reference(file, 0, out FileObject _);
        return status.IsSuccess ? NtStatus.AccessDenied : status;
    }

    private static NtStatus Write(FileObject file, Volume volume, uint informationClass, ref InformationBuffer buffer)
    {
        switch (informationClass)
        {
            case 1:
                buffer.Add(file.Executive.Clock.BootTime);
                buffer.Add(volume.SerialNumber);
                buffer.Add((uint)volume.Label.Length * 2);
                buffer.Add((byte)1);
                buffer.Add((byte)0);
                buffer.Add(volume.Label);
                break;
            case 3:
            case 7:
                return WriteSize(file, informationClass == 7, ref buffer);
            case 5:
                const string FileSystem = "NTFS";
                buffer.Add(FileSystemAttributes | (file is DiskFile disk && StoredEas.IsSupported(disk.Handle) ? ExtendedAttributes : 0));
                buffer.Add((uint)VolumePath.MaximumPart);
                buffer.Add((uint)FileSystem.Length * 2);
                buffer.Add(FileSystem);
                break;
            case 6:
                buffer.Seek(24);
                buffer.Add(-1L);
                buffer.Add(-1L);
                buffer.Seek(48);
                break;
            case 8:
                buffer.Add(0x5056_0000_0000_0000ul | volume.SerialNumber);
                buffer.Seek(64);
                break;
            default:
                for (int i = 0; i < 4; i++)
                {
                    buffer.Add(SectorSize);
                }
                buffer.Add(3u);
                buffer.Add(0u);
                buffer.Add(0u);
                break;
        }
        return buffer.Overflowed ? NtStatus.BufferOverflow : NtStatus.Success;
    }

    private static NtStatus WriteSize(FileObject file, bool full, ref InformationBuffer buffer)
    {
        HostStatFs stat = default;
        if (NativeIo.FStatFs((file as DiskFile)?.Handle ?? file.Executive.Io.SystemRoot, out stat) != 0)
        {
            return Errno.LastStatus;
        }
        ulong unit = stat.FragmentSize > 0 ? (ulong)stat.FragmentSize : 4096;
        uint sectors = (uint)Math.Clamp(unit / SectorSize, 1, 128);
        ulong scale = Math.Max(1, unit / (sectors * SectorSize));
        buffer.Add(stat.Blocks * scale);
        buffer.Add(stat.BlocksAvailable * scale);
        if (full)
        {
            buffer.Add(stat.BlocksFree * scale);
        }
        buffer.Add(sectors);
        buffer.Add(SectorSize);
        return NtStatus.Success;
    }
}
