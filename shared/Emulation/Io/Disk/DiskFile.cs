using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>An open file or directory of the host. Its parts: reading and writing, directory enumeration, information, deletion.</summary>
internal sealed partial class DiskFile : FileObject
{
    private readonly Lock _positionLock = new();
    private long _position;

    public DiskFile(Executive executive, uint access, uint share, FileOptions options)
        : base(executive, access, share, options)
    {
    }

    /// <summary>The host descriptor; O_PATH when neither data nor names may be read or written.</summary>
    public required SafeFileHandle Handle { get; init; }

    /// <summary>Where the file is; changes when it is renamed.</summary>
    public required FileLocation Location { get; set; }

    /// <summary>The volume.</summary>
    public required Volume Volume { get; init; }

    /// <summary>Path on the volume, parts joined by '/'; changes when the file is renamed.</summary>
    public required string Path { get; set; }

    /// <summary>It is a directory (not a link to one).</summary>
    public required bool IsDirectory { get; init; }

    /// <summary>It is a symbolic link, opened as itself.</summary>
    public required bool IsLink { get; init; }

    /// <summary>The descriptor was opened with O_PATH.</summary>
    public required bool IsPathOnly { get; init; }

    /// <summary>What it shares with the other opens of the same file.</summary>
    public FileControlBlock Block { get; set; } = null!;

    /// <inheritdoc/>
    public override uint DeviceType => DiskFileSystemType;

    /// <summary>FILE_DEVICE_DISK_FILE_SYSTEM: what libwine's GetDriveType takes for a local disk; Windows itself says FILE_DEVICE_DISK (7).</summary>
    internal const uint DiskFileSystemType = 8;

    /// <inheritdoc/>
    public override string ObjectName => $@"\??\{Volume.Letter}:{FileName}";

    /// <inheritdoc/>
    public override string FileName => "\\" + Path.Replace('/', '\\');

    /// <inheritdoc/>
    public override bool TryGetHostFile(out SafeFileHandle handle)
    {
        handle = Handle;
        return !IsDirectory && !IsLink && !IsPathOnly && Location.File is null;
    }

    /// <inheritdoc/>
    internal override NtStatus QueryMetadata(out FileMetadata metadata)
    {
        metadata = default;
        if (Location.File is { } layered)
        {
            metadata = FileMetadata.FromHost(layered.Stat);
            return NtStatus.Success;
        }
        if (!HostTree.TryStat(Handle, out HostStat stat))
        {
            return Errno.LastStatus;
        }
        metadata = StoredAttributes.Apply(Handle, IsPathOnly, FileMetadata.FromHost(stat, IsLink && LeadsToDirectory(Location)));
        if (Block.DeletePending && metadata.Links > 0)
        {
            metadata = metadata with { Links = metadata.Links - 1 };
        }
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    internal override NtStatus QueryPosition(out long position)
    {
        position = Volatile.Read(ref _position);
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    internal override NtStatus SetPosition(long position)
    {
        Volatile.Write(ref _position, position);
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    internal override NtStatus Flush(NtThread thread) =>
        IsDirectory || IsPathOnly || NativeIo.FSync(Handle) == 0 ? NtStatus.Success : Errno.LastStatus;

    /// <summary>True when a symbolic link leads to a directory that the guest may see.</summary>
    public static bool LeadsToDirectory(in FileLocation location) =>
        location.Tree.TryStat(location.Path, true, out HostStat target) && target.IsDirectory;

    /// <inheritdoc/>
    protected override void OnHandleClosed(NtProcess process) => Block.Locks?.UnlockAll(this, process);

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(NtProcess process)
    {
        base.OnLastHandleClosed(process);
        _watch?.Dispose();
        if (Executive.Io.ControlBlocks.Remove(this))
        {
            Unlink();
        }
        Handle.Dispose();
    }

    /// <summary>Removes the name, if it still names this file. STATUS_DIRECTORY_NOT_EMPTY and the like otherwise.</summary>
    private NtStatus Unlink()
    {
        NtStatus status = Location.Tree.OpenParent(Location.Path, out SafeFileHandle parent, out byte[] leaf);
        if (!status.IsSuccess)
        {
            return status;
        }
        using (parent)
        {
            if (NativeIo.StatX(parent, in leaf[0], NativeIo.AtSymlinkNoFollow, HostStat.WantedMask, out HostStat stat) != 0 || stat.Key != Block.Key)
            {
                return NtStatus.ObjectNameNotFound;
            }
            status = Volume.Removing(Path);
            if (!status.IsSuccess)
            {
                return status;
            }
            if (NativeIo.UnlinkAt(parent, in leaf[0], IsDirectory ? NativeIo.AtRemoveDir : 0) != 0)
            {
                return Errno.LastStatus;
            }
        }
        Location.Tree.NoteRemoved(Location.Path);
        return NtStatus.Success;
    }
}
