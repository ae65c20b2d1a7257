using PortableVirt.Emulation.Io.Disk;

namespace PortableVirt.Emulation.Io.Calls;

/// <summary>The structures of NtQueryInformationFile (layouts: ntifs.h).</summary>
internal static class FileInformation
{
    /// <summary>Smallest buffer that a class accepts; 0 for classes that are not answered here.</summary>
    public static int MinimumLength(FileInformationClass informationClass) => informationClass switch
    {
        FileInformationClass.Basic => 40,
        FileInformationClass.Standard => 24,
        FileInformationClass.Internal => 8,
        FileInformationClass.Ea => 4,
        FileInformationClass.Access => 4,
        FileInformationClass.Name or FileInformationClass.NormalizedName or FileInformationClass.VolumeName => 8,
        FileInformationClass.Position => 8,
        FileInformationClass.Mode => 4,
        FileInformationClass.Alignment => 4,
        FileInformationClass.All => 104,
        FileInformationClass.Stream => 24,
        FileInformationClass.Compression => 16,
        FileInformationClass.NetworkOpen => 56,
        FileInformationClass.AttributeTag => 8,
        FileInformationClass.IoCompletionNotification => 4,
        FileInformationClass.IsRemoteDevice => 1,
        FileInformationClass.StandardLink => 12,
        FileInformationClass.Id => 24,
        FileInformationClass.Stat => 72,
        FileInformationClass.CaseSensitive => 4,
        FileInformationClass.IoPriorityHint => 4,
        _ => 0,
    };

    /// <summary>Fills a structure. STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, or why the file cannot tell.</summary>
    public static NtStatus Write(FileObject file, FileInformationClass informationClass, uint granted, ref InformationBuffer buffer)
    {
        FileMetadata metadata = default;
        if (informationClass is not (FileInformationClass.Position or FileInformationClass.Mode or FileInformationClass.Access or FileInformationClass.IoCompletionNotification))
        {
            NtStatus status = file.QueryMetadata(out metadata);
            if (!status.IsSuccess)
            {
                return status;
            }
        }
        switch (informationClass)
        {
            case FileInformationClass.Basic:
                WriteBasic(metadata, ref buffer);
                break;
            case FileInformationClass.Standard:
                WriteStandard(file, metadata, ref buffer);
                break;
            case FileInformationClass.Internal:
                buffer.Add(metadata.FileId);
                break;
            case FileInformationClass.Ea:
                buffer.Add(file.QueryEaSize());
                break;
            case FileInformationClass.Alignment:
            case FileInformationClass.CaseSensitive:
                buffer.Add(0u);
                break;
            case FileInformationClass.IoPriorityHint:
                buffer.Add(2u);
                break;
            case FileInformationClass.Access:
                buffer.Add(granted);
                break;
            case FileInformationClass.Name:
            case FileInformationClass.NormalizedName:
                WriteName(file.FileName, ref buffer);
                break;
            case FileInformationClass.VolumeName:
                WriteName($@"\Device\HarddiskVolume{((file as DiskFile)?.Volume ?? (file as VirtualDirectoryFile)?.Volume)?.Number ?? 1}", ref buffer);
                break;
            case FileInformationClass.Position:
                NtStatus position = file.QueryPosition(out long offset);
                buffer.Add(offset);
                return position;
            case FileInformationClass.Mode:
                buffer.Add((uint)(file.Options & FileOptions.ModeMask));
                break;
            case FileInformationClass.All:
                WriteAll(file, metadata, granted, ref buffer);
                break;
            case FileInformationClass.Stream:
                WriteStream(metadata, ref buffer);
                break;
            case FileInformationClass.Compression:
                buffer.Add(metadata.EndOfFile);
                buffer.Seek(16);
                break;
            case FileInformationClass.NetworkOpen:
                WriteNetworkOpen(metadata, ref buffer);
                break;
            case FileInformationClass.AttributeTag:
                buffer.Add(ShownAttributes(metadata));
                buffer.Add(metadata.ReparseTag);
                break;
            case FileInformationClass.IoCompletionNotification:
                buffer.Add(file.NotificationModes);
                break;
            case FileInformationClass.IsRemoteDevice:
                buffer.Add((byte)0);
                break;
            case FileInformationClass.StandardLink:
                buffer.Add(metadata.Links);
                buffer.Add(metadata.Links);
                buffer.Add((byte)(file is DiskFile { Block.DeletePending: true } ? 1 : 0));
                buffer.Add((byte)(metadata.IsDirectory ? 1 : 0));
                buffer.Seek(12);
                break;
            case FileInformationClass.Id:
                buffer.Add((ulong)VolumeSerial(file));
                buffer.Add(metadata.FileId);
                buffer.Add(0ul);
                break;
            case FileInformationClass.Stat:
                WriteStat(metadata, granted, ref buffer);
                break;
            default:
                return NtStatus.InvalidInfoClass;
        }
        return buffer.Overflowed ? NtStatus.BufferOverflow : NtStatus.Success;
    }

    /// <summary>Serial number of the volume that a file is on; 0 for devices.</summary>
    public static uint VolumeSerial(FileObject file) => file switch
    {
        DiskFile disk => disk.Volume.SerialNumber,
        VirtualDirectoryFile folder => folder.Volume.SerialNumber,
        _ => 0,
    };

    /// <summary>FILE_NETWORK_OPEN_INFORMATION.</summary>
    public static void WriteNetworkOpen(in FileMetadata metadata, ref InformationBuffer buffer)
    {
        WriteTimes(metadata, ref buffer);
        buffer.Add(metadata.AllocationSize);
        buffer.Add(metadata.EndOfFile);
        buffer.Add(ShownAttributes(metadata));
        buffer.Add(0u);
    }

    /// <summary>FILE_BASIC_INFORMATION.</summary>
    public static void WriteBasic(in FileMetadata metadata, ref InformationBuffer buffer)
    {
        WriteTimes(metadata, ref buffer);
        buffer.Add(ShownAttributes(metadata));
        buffer.Add(0u);
    }

    /// <summary>Creation, last access, last write and change time.</summary>
    public static void WriteTimes(in FileMetadata metadata, ref InformationBuffer buffer)
    {
        buffer.Add(metadata.CreationTime);
        buffer.Add(metadata.LastAccessTime);
        buffer.Add(metadata.LastWriteTime);
        buffer.Add(metadata.ChangeTime);
    }

    /// <summary>The attributes as NT shows them: NORMAL stands for none.</summary>
    public static uint ShownAttributes(in FileMetadata metadata) => metadata.Attributes == 0 ? FileAttributeFlags.Normal : metadata.Attributes;

    private static void WriteStandard(FileObject file, in FileMetadata metadata, ref InformationBuffer buffer)
    {
        buffer.Add(metadata.AllocationSize);
        buffer.Add(metadata.EndOfFile);
        buffer.Add(metadata.Links);
        buffer.Add((byte)(file is DiskFile { Block.DeletePending: true } ? 1 : 0));
        buffer.Add((byte)(metadata.IsDirectory ? 1 : 0));
        buffer.Add((ushort)0);
    }

    private static void WriteName(string name, ref InformationBuffer buffer)
    {
        buffer.Add((uint)name.Length * 2);
        buffer.Add(name);
    }

    private static void WriteAll(FileObject file, in FileMetadata metadata, uint granted, ref InformationBuffer buffer)
    {
        WriteBasic(metadata, ref buffer);
        WriteStandard(file, metadata, ref buffer);
        buffer.Add(metadata.FileId);
        buffer.Add(file.QueryEaSize());
        buffer.Add(granted);
        file.QueryPosition(out long position);
        buffer.Add(position);
        buffer.Add((uint)(file.Options & FileOptions.ModeMask));
        buffer.Add(0u);
        WriteName(file.FileName, ref buffer);
    }

    private static void WriteStream(in FileMetadata metadata, ref InformationBuffer buffer)
    {
        const string Name = "::$DATA";
        if (metadata.IsDirectory)
        {
            return;
        }
        buffer.Add(0u);
        buffer.Add((uint)Name.Length * 2);
        buffer.Add(metadata.EndOfFile);
        buffer.Add(metadata.AllocationSize);
        buffer.Add(Name);
    }

    private static void WriteStat(in FileMetadata metadata, uint granted, ref InformationBuffer buffer)
    {
        buffer.Add(metadata.FileId);
        WriteTimes(metadata, ref buffer);
        buffer.Add(metadata.AllocationSize);
        buffer.Add(metadata.EndOfFile);
        buffer.Add(ShownAttributes(metadata));
        buffer.Add(metadata.ReparseTag);
        buffer.Add(metadata.Links);
        buffer.Add(granted);
    }
}
