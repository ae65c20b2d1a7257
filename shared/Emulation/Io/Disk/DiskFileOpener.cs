using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>Opens and creates files and directories on a volume.</summary>
internal static class DiskFileOpener
{
    /// <summary>How often a create starts again when the host's folder changes under it.</summary>
    private const int Attempts = 4;

    private const uint DataWrite = FileAccessRights.WriteData | FileAccessRights.AppendData;
    private const uint DataRead = FileAccessRights.ReadData | FileAccessRights.Execute;

    /// <summary>NtCreateFile below a volume.</summary>
    public static NtStatus Open(Volume volume, in FileCreateRequest request, string remainder, out FileObject file, out ulong information)
    {
        file = null!;
        information = 0;
        NtStatus status = VolumePath.Parse(remainder, out string path);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (request.Options.HasFlag(FileOptions.OpenByFileId))
        {
            return NtStatus.NotSupported;
        }
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            status = volume.Locate(path, out FileLocation location, out VirtualDirectory? folder);
            if (!status.IsSuccess)
            {
                return status == NtStatus.ObjectNameNotFound && Creates(request.Disposition) ? NtStatus.AccessDenied : status;
            }
            if (folder is not null)
            {
                return OpenVirtual(volume, request, path, folder, out file, out information);
            }
            status = OpenOrCreate(volume, request, path, location, out file, out information);
            if (status != NtStatus.Reparse)
            {
                return status;
            }
        }
        return NtStatus.SharingViolation;
    }

    private static NtStatus OpenOrCreate(Volume volume, in FileCreateRequest request, string path, FileLocation location, out FileObject file, out ulong information)
    {
        file = null!;
        information = FileCreateRequest.Opened;
        bool isCreate = request.Disposition == FileDisposition.Create;
        uint access = request.Access;
        NtStatus status = NtStatus.ObjectNameNotFound;
        if (!isCreate)
        {
            status = TryOpenExisting(request, ref access, ref location, out SafeFileHandle handle, out HostStat stat, out bool pathOnly);
            if (status.IsSuccess)
            {
                status = FinishOpen(volume, request, access, path, location, handle, stat, pathOnly, out file, out information);
                if (!status.IsSuccess)
                {
                    handle.Dispose();
                }
                return status;
            }
        }
        else
        {
            string actual = location.Path;
            status = location.File is null ? location.Tree.Find(location.Path, out actual) : NtStatus.Success;
            location = location with { Path = actual };
            if (status.IsSuccess)
            {
                return NtStatus.ObjectNameCollision;
            }
        }
        return status == NtStatus.ObjectNameNotFound && Creates(request.Disposition)
            ? CreateNew(volume, request, path, location, out file, out information)
            : status;
    }

    private static NtStatus TryOpenExisting(in FileCreateRequest request, ref uint access, ref FileLocation location, out SafeFileHandle handle, out HostStat stat, out bool pathOnly)
    {
        stat = default;
        bool maximum = (access & FileAccessRights.MaximumAllowed) != 0;
        if (maximum)
        {
            access = (access & ~FileAccessRights.MaximumAllowed) | (location.ReadOnly ? 0x1200a9u : 0x1f01ffu);
        }
        if (location.File is { } layered)
        {
            pathOnly = false;
            stat = layered.Stat;
            return layered.Open(out handle);
        }
        int flags = HostFlags(request.Options, access);
        if (!location.Tree.TryOpen(location.Path, flags, 0, out handle))
        {
            int error = Errno.Last;
            if (error is Errno.ENOENT or Errno.ENOTDIR)
            {
                NtStatus found = location.Tree.Find(location.Path, out string actual);
                bool same = actual == location.Path;
                location = location with { Path = actual };
                if (!found.IsSuccess)
                {
                    pathOnly = false;
                    return found;
                }
                error = same ? error == Errno.ENOTDIR ? -1 : error : location.Tree.TryOpen(actual, flags, 0, out handle) ? 0 : Errno.Last;
            }
            if (error == Errno.EISDIR)
            {
                flags = OpenFlags.ReadOnly | OpenFlags.Directory;
                error = location.Tree.TryOpen(location.Path, flags, 0, out handle) ? 0 : Errno.Last;
            }
            if (error == Errno.ELOOP && (flags & OpenFlags.NoFollow) != 0)
            {
                flags = OpenFlags.Path | OpenFlags.NoFollow;
                error = location.Tree.TryOpen(location.Path, flags, 0, out handle) ? 0 : Errno.Last;
            }
            if (error is Errno.EACCES or Errno.EROFS or Errno.ETXTBSY && maximum)
            {
                access &= ~FileAccessRights.AnyWrite;
                flags = HostFlags(request.Options, access);
                error = location.Tree.TryOpen(location.Path, flags, 0, out handle) ? 0 : Errno.Last;
            }
            if (error != 0)
            {
                pathOnly = false;
                return error == -1 ? NtStatus.NotADirectory : Errno.ToNtStatus(error);
            }
        }
        pathOnly = (flags & OpenFlags.Path) != 0;
        if (HostTree.TryStat(handle, out stat))
        {
            return NtStatus.Success;
        }
        NtStatus status = Errno.LastStatus;
        handle.Dispose();
        return status;
    }

    private static NtStatus FinishOpen(
        Volume volume, in FileCreateRequest request, uint access, string path, FileLocation location, SafeFileHandle handle, in HostStat stat, bool pathOnly, out FileObject file, out ulong information)
    {
        file = null!;
        information = FileCreateRequest.Opened;
        if (!stat.IsRegular && !stat.IsDirectory && !stat.IsLink)
        {
            return NtStatus.AccessDenied;
        }
        bool isDirectory = stat.IsDirectory || (stat.IsLink && DiskFile.LeadsToDirectory(location));
        if (isDirectory && request.Options.HasFlag(FileOptions.NonDirectory))
        {
            return NtStatus.FileIsADirectory;
        }
        if (!isDirectory && request.Options.HasFlag(FileOptions.Directory))
        {
            return NtStatus.NotADirectory;
        }
        if (!isDirectory && request.EndsWithBackslash)
        {
            return NtStatus.ObjectNameInvalid;
        }
        bool overwrites = request.Disposition is FileDisposition.Overwrite or FileDisposition.OverwriteIf or FileDisposition.Supersede;
        if (isDirectory && overwrites)
        {
            return request.Disposition == FileDisposition.Overwrite ? NtStatus.FileIsADirectory : NtStatus.ObjectNameCollision;
        }
        bool isReadOnlyFile = stat.IsRegular && (stat.Mode & 0x92) == 0;
        bool maximum = (request.Access & FileAccessRights.MaximumAllowed) != 0;
        if (isReadOnlyFile && maximum)
        {
            access &= ~DataWrite;
        }
        if ((location.ReadOnly && ((access & FileAccessRights.AnyWrite) != 0 || overwrites))
            || (isReadOnlyFile && ((access & DataWrite) != 0 || overwrites)))
        {
            return NtStatus.AccessDenied;
        }
        if (request.Options.HasFlag(FileOptions.DeleteOnClose))
        {
            if (isReadOnlyFile)
            {
                return NtStatus.CannotDelete;
            }
            if (path.Length == 0)
            {
                return NtStatus.CannotDelete;
            }
        }
        if (request.Options.HasFlag(FileOptions.NoEaKnowledge) && NeedsEas(request, overwrites, stat, handle))
        {
            return NtStatus.AccessDenied;
        }
        DiskFile opened = Make(volume, request, access, path, location, handle, stat, pathOnly);
        NtStatus status = opened.Executive.Io.ControlBlocks.Add(opened, stat.Key, access | (overwrites ? FileAccessRights.WriteData : 0));
        if (!status.IsSuccess)
        {
            return status;
        }
        if (overwrites)
        {
            information = request.Disposition == FileDisposition.Supersede ? FileCreateRequest.Superseded : FileCreateRequest.Overwritten;
            status = opened.Overwrite(request.Attributes, request.ExtendedAttributes);
            if (!status.IsSuccess)
            {
                opened.Executive.Io.ControlBlocks.Remove(opened);
                return status;
            }
        }
        file = opened;
        return NtStatus.Success;
    }

    private static NtStatus CreateNew(Volume volume, in FileCreateRequest request, string path, FileLocation location, out FileObject file, out ulong information)
    {
        file = null!;
        information = FileCreateRequest.Created;
        if (location.ReadOnly)
        {
            return NtStatus.AccessDenied;
        }
        bool isDirectory = request.Options.HasFlag(FileOptions.Directory);
        if (request.EndsWithBackslash && !isDirectory)
        {
            return NtStatus.ObjectNameInvalid;
        }
        uint access = request.Access;
        if ((access & FileAccessRights.MaximumAllowed) != 0)
        {
            access = (access & ~FileAccessRights.MaximumAllowed) | 0x1f01ff;
        }
        int flags = (HostFlags(request.Options & ~FileOptions.OpenReparsePoint, access) & ~OpenFlags.NoFollow) | OpenFlags.Create | OpenFlags.Exclusive;
        if ((flags & OpenFlags.Path) != 0)
        {
            flags = (flags & ~OpenFlags.Path) | OpenFlags.ReadWrite;
        }
        if (isDirectory)
        {
            flags = OpenFlags.ReadOnly | OpenFlags.Directory;
            NtStatus made = location.Tree.OpenParent(location.Path, out SafeFileHandle parent, out byte[] leaf);
            if (!made.IsSuccess)
            {
                return made;
            }
            using (parent)
            {
                if (NativeIo.MkdirAt(parent, in leaf[0], 0x1ff) != 0)
                {
                    return Errno.Last == Errno.EEXIST ? NtStatus.Reparse : Errno.LastStatus;
                }
            }
        }
        uint mode = (request.Attributes & FileAttributeFlags.ReadOnly) != 0 ? 0x124u : 0x1b6u;
        if (!location.Tree.TryOpen(location.Path, flags, mode, out SafeFileHandle handle))
        {
            return Errno.Last == Errno.EEXIST ? NtStatus.Reparse : Errno.LastStatus;
        }
        location.Tree.NoteAdded(location.Path);
        if (!HostTree.TryStat(handle, out HostStat stat))
        {
            NtStatus failed = Errno.LastStatus;
            handle.Dispose();
            return failed;
        }
        DiskFile opened = Make(volume, request, access, path, location, handle, stat, false);
        NtStatus status = opened.Executive.Io.ControlBlocks.Add(opened, stat.Key, access);
        if (!status.IsSuccess)
        {
            handle.Dispose();
            return status;
        }
        status = request.ExtendedAttributes.Count == 0 ? NtStatus.Success
            : request.Options.HasFlag(FileOptions.NoEaKnowledge) ? NtStatus.AccessDenied
            : opened.SetEas(request.ExtendedAttributes, replacesAll: true);
        if (!status.IsSuccess)
        {
            opened.Options |= FileOptions.DeleteOnClose;
            opened.AddHandle();
            opened.RemoveHandle(request.Thread.Process);
            return status;
        }
        if ((request.Attributes & (FileAttributeFlags.Hidden | FileAttributeFlags.System)) != 0)
        {
            StoredAttributes.Store(handle, request.Attributes | (isDirectory ? 0 : FileAttributeFlags.Archive), isDirectory);
        }
        if (request.AllocationSize > 0 && !isDirectory)
        {
            _ = NativeIo.FAllocate(handle, 1, 0, request.AllocationSize);
        }
        file = opened;
        return NtStatus.Success;
    }

    private static DiskFile Make(Volume volume, in FileCreateRequest request, uint access, string path, FileLocation location, SafeFileHandle handle, in HostStat stat, bool pathOnly) =>
        new(request.Thread.Executive, access, request.Share, request.Options)
        {
            Handle = handle,
            Location = location,
            Volume = volume,
            Path = location.Path.Length <= path.Length ? path[..(path.Length - location.Path.Length)] + location.Path : path,
            IsDirectory = stat.IsDirectory,
            IsLink = stat.IsLink,
            IsPathOnly = pathOnly,
        };

    private static NtStatus OpenVirtual(Volume volume, in FileCreateRequest request, string path, VirtualDirectory folder, out FileObject file, out ulong information)
    {
        file = null!;
        information = FileCreateRequest.Opened;
        if (request.Options.HasFlag(FileOptions.NonDirectory))
        {
            return NtStatus.FileIsADirectory;
        }
        if (request.Disposition == FileDisposition.Create)
        {
            return NtStatus.ObjectNameCollision;
        }
        uint access = (request.Access & FileAccessRights.MaximumAllowed) != 0 ? 0x1200a9 : request.Access;
        if ((access & FileAccessRights.AnyWrite) != 0 || request.Disposition is not (FileDisposition.Open or FileDisposition.OpenIf))
        {
            return NtStatus.AccessDenied;
        }
        file = new VirtualDirectoryFile(request.Thread.Executive, access, request.Share, request.Options, volume, path, folder);
        return NtStatus.Success;
    }

    /// <summary>True when the caller, who does not know extended attributes, gives some, or when the file has some that must be known.</summary>
    private static bool NeedsEas(in FileCreateRequest request, bool overwrites, in HostStat stat, SafeFileHandle handle) =>
        (overwrites && request.ExtendedAttributes.Count != 0)
        || (!stat.IsLink && StoredEas.Load(handle, out List<ExtendedAttribute> found).IsSuccess && found.Exists(a => (a.Flags & ExtendedAttribute.NeedEa) != 0));

    private static bool Creates(FileDisposition disposition) => disposition is not (FileDisposition.Open or FileDisposition.Overwrite);

    private static int HostFlags(FileOptions options, uint access)
    {
        if (options.HasFlag(FileOptions.OpenReparsePoint) && (access & (DataRead | DataWrite)) == 0)
        {
            return OpenFlags.Path | OpenFlags.NoFollow;
        }
        int directory = options.HasFlag(FileOptions.Directory) ? OpenFlags.Directory : 0;
        bool read = (access & DataRead) != 0;
        bool write = (access & DataWrite) != 0 && directory == 0;
        directory |= options.HasFlag(FileOptions.OpenReparsePoint) ? OpenFlags.NoFollow : 0;
        return directory | (read && write ? OpenFlags.ReadWrite : write ? OpenFlags.WriteOnly : read ? OpenFlags.ReadOnly : OpenFlags.Path);
    }
}
