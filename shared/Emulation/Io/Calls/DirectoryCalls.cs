using System.Buffers.Binary;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Calls;

/// <summary>NtQueryDirectoryFile.</summary>
internal static class DirectoryCalls
{
    /// <summary>Bytes filled in one call; a larger buffer is filled by several.</summary>
    private const int MaximumLength = 64 << 10;

    [NtSyscall("NtQueryDirectoryFile", Support.Full)]
    internal static NtStatus NtQueryDirectoryFile(
        NtThread t, Handle file, Handle @event, GuestPointer apcRoutine, ulong apcContext, GuestPointer ioStatus, GuestPointer buffer, uint length,
        uint informationClass, bool singleEntry, GuestPointer mask, bool restart)
    {
        NtStatus status = t.Reference(file, FileAccessRights.ReadData, out FileObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (found is not IDirectorySource directory || found is DiskFile { IsDirectory: false })
        {
            return NtStatus.InvalidParameter;
        }
        int nameOffset = DirectoryEntry.NameOffset((FileInformationClass)informationClass);
        if (nameOffset == 0)
        {
            return NtStatus.InvalidInfoClass;
        }
        if (length < (uint)((nameOffset + 2 + 7) & ~7))
        {
            return NtStatus.InfoLengthMismatch;
        }
        if (!t.Memory.TryReadUnicodeString(mask, out string pattern))
        {
            return NtStatus.AccessViolation;
        }
        status = IoReply.Create(t, found, @event, apcRoutine, apcContext, ioStatus, out IoReply reply);
        if (!status.IsSuccess)
        {
            return status;
        }
        byte[] output = new byte[(int)Math.Min(length, MaximumLength)];
        int written;
        lock (directory.Enumeration.Lock)
        {
            status = Fill(directory, (FileInformationClass)informationClass, nameOffset, pattern, singleEntry, restart, output, out written);
        }
        if (written != 0 && !t.Memory.TryWrite(buffer, output.AsSpan(0, written)))
        {
            return NtStatus.AccessViolation;
        }
        return reply.Complete(status, (ulong)written);
    }

    private static NtStatus Fill(
        IDirectorySource directory, FileInformationClass informationClass, int nameOffset, string pattern, bool singleEntry, bool restart, Span<byte> output, out int written)
    {
        written = 0;
        DirectoryEnumeration enumeration = directory.Enumeration;
        bool isFirst = enumeration.Names is null;
        if (isFirst || restart)
        {
            NtStatus status = enumeration.Start(directory, pattern);
            if (!status.IsSuccess)
            {
                return status;
            }
        }
        List<string> names = enumeration.Names!;
        int last = -1;
        int next = 0;
        while (enumeration.Next < names.Count)
        {
            string name = names[enumeration.Next];
            FileMetadata metadata = default;
            if (informationClass != FileInformationClass.Names && !directory.TryGetEntry(name, out metadata))
            {
                enumeration.Next++;
                continue;
            }
            InformationBuffer entry = new(output[next..]);
            DirectoryEntry.Write(informationClass, name, metadata, ref entry);
            if (entry.Overflowed)
            {
                if (last >= 0)
                {
                    break;
                }
                enumeration.Next++;
                written = next + Math.Min(entry.Written, output.Length);
                return NtStatus.BufferOverflow;
            }
            if (last >= 0)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(output[last..], (uint)(next - last));
            }
            enumeration.Next++;
            last = next;
            written = next + entry.Position;
            next = (written + 7) & ~7;
            if (singleEntry || next + nameOffset >= output.Length)
            {
                break;
            }
        }
        return last >= 0 ? NtStatus.Success
            : isFirst && enumeration.Next == names.Count && names.Count == 0 ? NtStatus.NoSuchFile
            : NtStatus.NoMoreFiles;
    }
}
