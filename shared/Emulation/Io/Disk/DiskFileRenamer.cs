using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>FileRenameInformation and FileLinkInformation, old and extended forms.</summary>
internal static class DiskFileRenamer
{
    private const uint ReplaceIfExists = 1, PosixSemantics = 2, IgnoreReadOnly = 0x40;

    /// <summary>Gives an open file another name. The structure is FILE_RENAME_INFORMATION: flags, root handle, length, name.</summary>
    public static NtStatus Rename(NtThread thread, DiskFile file, ReadOnlySpan<byte> buffer, bool extended)
    {
        NtStatus status = Parse(thread, file, buffer, extended, out uint flags, out string path, out FileLocation target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (file.Location.ReadOnly || file.Location.Path.Length == 0 || target.Path.Length == 0)
        {
            return NtStatus.AccessDenied;
        }
        if (file.IsDirectory && file.Executive.Io.ControlBlocks.HasOpenBelow(file.Location.Tree, file.Location.Path, file))
        {
            return NtStatus.AccessDenied;
        }
        status = PrepareTarget(file, target, flags, out string existing, out bool sameFile);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = file.Volume.Moving(file.Path, file.IsDirectory);
        if (!status.IsSuccess)
        {
            return status;
        }
        string wanted = HostTree.Join(HostTree.Split(existing).Folder, HostTree.Split(target.Path).Name);
        status = Move(file.Location, target with { Path = sameFile ? wanted : existing }, file.Block.Key);
        if (status.IsSuccess && !sameFile && wanted != existing)
        {
            status = Move(target with { Path = existing }, target with { Path = wanted }, file.Block.Key);
        }
        if (!status.IsSuccess)
        {
            return status;
        }
        UpdateNames(file, target with { Path = wanted }, path);
        return NtStatus.Success;
    }

    /// <summary>Gives an open file one more name (a hard link).</summary>
    public static NtStatus Link(NtThread thread, DiskFile file, ReadOnlySpan<byte> buffer, bool extended)
    {
        NtStatus status = Parse(thread, file, buffer, extended, out uint flags, out _, out FileLocation target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (file.IsDirectory || file.Location.File is not null)
        {
            return file.IsDirectory ? NtStatus.FileIsADirectory : NtStatus.AccessDenied;
        }
        status = PrepareTarget(file, target, flags, out string existing, out bool sameFile);
        if (!status.IsSuccess || (sameFile && existing == target.Path))
        {
            return status;
        }
        status = file.Location.Tree.OpenParent(file.Location.Path, out SafeFileHandle sourceParent, out byte[] sourceLeaf);
        if (!status.IsSuccess)
        {
            return status;
        }
        using (sourceParent)
        {
            status = target.Tree.OpenParent(existing, out SafeFileHandle parent, out byte[] leaf);
            if (!status.IsSuccess)
            {
                return status;
            }
            using (parent)
            {
                if ((flags & ReplaceIfExists) != 0)
                {
                    _ = NativeIo.UnlinkAt(parent, in leaf[0], 0);
                }
                if (NativeIo.LinkAt(sourceParent, in sourceLeaf[0], parent, in leaf[0], 0) != 0)
                {
                    return Errno.Last == Errno.EXDEV ? NtStatus.NotSameDevice : Errno.LastStatus;
                }
            }
        }
        target.Tree.NoteAdded(existing);
        return NtStatus.Success;
    }

    private static NtStatus Parse(NtThread thread, DiskFile file, ReadOnlySpan<byte> buffer, bool extended, out uint flags, out string path, out FileLocation target)
    {
        target = default;
        path = "";
        flags = extended ? BinaryPrimitives.ReadUInt32LittleEndian(buffer) : buffer[0] != 0 ? ReplaceIfExists : 0;
        ulong rootHandle = BinaryPrimitives.ReadUInt64LittleEndian(buffer[8..]);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(buffer[16..]);
        if (length > buffer.Length - 20 || (length & 1) != 0 || length == 0)
        {
            return NtStatus.InvalidParameter;
        }
        string name = new(MemoryMarshal.Cast<byte, char>(buffer.Slice(20, (int)length)));
        KernelObject? root = null;
        if (rootHandle != 0)
        {
            NtStatus found = thread.Reference(new Handle(rootHandle), 0, out KernelObject rootObject);
            if (!found.IsSuccess)
            {
                return found;
            }
            root = rootObject;
        }
        string remainder;
        Volume? volume;
        if (root is null && !name.StartsWith('\\'))
        {
            string folder = HostTree.Split(file.Path).Folder;
            (volume, remainder) = (file.Volume, HostTree.Join(folder, name).Replace('/', '\\'));
        }
        else
        {
            NtStatus status = file.Executive.Io.ResolveVolumePath(root, name, out volume, out remainder);
            if (!status.IsSuccess)
            {
                return status;
            }
        }
        NtStatus parsed = VolumePath.Parse(remainder, out path);
        if (!parsed.IsSuccess)
        {
            return parsed;
        }
        if (volume != file.Volume)
        {
            return NtStatus.NotSameDevice;
        }
        NtStatus prepared = volume.PrepareTarget(path);
        if (!prepared.IsSuccess)
        {
            return prepared;
        }
        NtStatus located = volume.Locate(path, out target, out VirtualDirectory? made);
        return !located.IsSuccess ? located : made is not null || target.ReadOnly ? NtStatus.AccessDenied : NtStatus.Success;
    }

    /// <summary>Checks what stands at the target. <paramref name="existing"/> is the target's path as the host spells it.</summary>
    private static NtStatus PrepareTarget(DiskFile file, FileLocation target, uint flags, out string existing, out bool sameFile)
    {
        sameFile = false;
        NtStatus status = target.Tree.Find(target.Path, out existing);
        if (status == NtStatus.ObjectNameNotFound)
        {
            return NtStatus.Success;
        }
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!target.Tree.TryStat(existing, false, out HostStat stat))
        {
            return Errno.LastStatus;
        }
        bool sameName = target.Tree == file.Location.Tree && existing == file.Location.Path;
        sameFile = stat.Key == file.Block.Key;
        if (sameName)
        {
            return NtStatus.Success;
        }
        if ((flags & ReplaceIfExists) == 0)
        {
            return NtStatus.ObjectNameCollision;
        }
        if (stat.IsDirectory && !((flags & PosixSemantics) != 0 && file.IsDirectory))
        {
            return NtStatus.AccessDenied;
        }
        if (stat.IsRegular && (stat.Mode & 0x92) == 0 && (flags & IgnoreReadOnly) == 0)
        {
            return NtStatus.AccessDenied;
        }
        return !sameFile && (flags & PosixSemantics) == 0 && file.Executive.Io.ControlBlocks.Find(stat.Key) is not null ? NtStatus.AccessDenied : NtStatus.Success;
    }

    private static NtStatus Move(FileLocation from, FileLocation to, FileKey key)
    {
        if (from.Tree == to.Tree && from.Path == to.Path)
        {
            return NtStatus.Success;
        }
        NtStatus status = from.Tree.OpenParent(from.Path, out SafeFileHandle fromParent, out byte[] fromLeaf);
        if (!status.IsSuccess)
        {
            return status;
        }
        using (fromParent)
        {
            status = to.Tree.OpenParent(to.Path, out SafeFileHandle toParent, out byte[] toLeaf);
            if (!status.IsSuccess)
            {
                return status == NtStatus.ObjectNameNotFound ? NtStatus.ObjectPathNotFound : status;
            }
            using (toParent)
            {
                if (NativeIo.StatX(fromParent, in fromLeaf[0], NativeIo.AtSymlinkNoFollow, HostStat.WantedMask, out HostStat stat) != 0 || stat.Key != key)
                {
                    return NtStatus.ObjectNameNotFound;
                }
                if (NativeIo.RenameAt2(fromParent, in fromLeaf[0], toParent, in toLeaf[0], 0) != 0)
                {
                    return Errno.Last == Errno.EXDEV ? NtStatus.NotSameDevice : Errno.LastStatus;
                }
            }
        }
        from.Tree.NoteRemoved(from.Path);
        to.Tree.NoteAdded(to.Path);
        return NtStatus.Success;
    }

    private static void UpdateNames(DiskFile file, FileLocation location, string path)
    {
        FileControlBlockTable table = file.Executive.Io.ControlBlocks;
        lock (table.Lock)
        {
            FileLocation old = file.Location;
            foreach (DiskFile open in file.Block.Opens.Where(f => f.Location == old))
            {
                open.Location = location;
                open.Path = path[..(path.Length - location.Path.Length)] + location.Path;
            }
        }
    }
}
