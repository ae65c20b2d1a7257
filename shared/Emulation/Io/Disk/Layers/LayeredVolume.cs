using System.Diagnostics.CodeAnalysis;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk.Layers;

/// <summary>
/// Drive C: of a packed program: a read-only layer, and a host folder above it that holds what the program changed. A file is copied up before its first
/// change; a name of the layer below that was deleted or renamed is noted first (<see cref="DeletedNames"/>). The host folder is not made, and not looked
/// into, before there is a change.
/// </summary>
/// <param name="upper">The host folder's tree.</param>
/// <param name="folder">The private folder that it is in.</param>
/// <param name="lower">The read-only layer.</param>
/// <param name="systemFiles">Files of system32 that are made at run time.</param>
/// <param name="time">FILETIME shown for folders of the lower layer.</param>
internal sealed class LayeredVolume(HostTree upper, PrivateFolder folder, ReadOnlyLayer lower, SystemFiles systemFiles, long time) : Volume('C', 1, "System", 0x50560043)
{
    private readonly Lock _lock = new();
    private readonly DeletedNames _deleted = new(folder);

    /// <inheritdoc/>
    public override NtStatus Locate(string path, out FileLocation location, out VirtualDirectory? directory)
    {
        directory = null;
        if (TryFindSystemFile(path, out location))
        {
            return NtStatus.Success;
        }
        location = new FileLocation(upper, path, false);
        if (IsInUpper(path))
        {
            return NtStatus.Success;
        }
        if (IsVisible(path, out LayerEntry? entry))
        {
            if (entry.File is { } file)
            {
                location = new FileLocation(upper, entry.Path, true, file);
            }
            else
            {
                directory = new VirtualDirectory { Entries = EntriesOf(path, []), Metadata = VirtualDirectory.MetadataFor("C:/" + path, time) };
            }
            return NtStatus.Success;
        }
        string parent = HostTree.Split(path).Folder;
        return IsInUpper(parent) ? NtStatus.Success
            : IsVisible(parent, out LayerEntry? above) && above.File is null ? NtStatus.ObjectNameNotFound
            : NtStatus.ObjectPathNotFound;
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Path, FileLocation Location)> Roots()
    {
        if (folder.IsMade)
        {
            yield return ("", new FileLocation(upper, "", false));
        }
        foreach (LayerEntry entry in lower.Entries)
        {
            if (entry.File is { } file && (entry.IsFixed || !_deleted.Hide(entry.Path)))
            {
                yield return (entry.Path, new FileLocation(upper, entry.Path, true, file));
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> MadeUpFolders() => lower.Entries.Where(entry => entry.File is null && !_deleted.Hide(entry.Path)).Select(entry => entry.Path).Prepend("");

    /// <inheritdoc/>
    public override VirtualDirectory? AddedEntries(string path)
    {
        bool isVisible = IsVisible(path, out LayerEntry? entry) && entry.File is null;
        bool isSystem = path.Equals(SystemVolume.SystemFolder, StringComparison.OrdinalIgnoreCase);
        return isVisible || isSystem
            ? new VirtualDirectory { Entries = EntriesOf(path, NamesInUpper(path)), Metadata = VirtualDirectory.MetadataFor("C:/" + path, time) }
            : null;
    }

    /// <inheritdoc/>
    public override NtStatus Removing(string path) => lower.TryFind(path, out _) && !_deleted.Hide(path) ? _deleted.Add(path) : NtStatus.Success;

    /// <inheritdoc/>
    public override NtStatus Moving(string path, bool isDirectory)
    {
        if (isDirectory && IsVisible(path, out LayerEntry? entry))
        {
            NtStatus status = CopyTree(entry);
            if (!status.IsSuccess)
            {
                return status;
            }
        }
        return Removing(path);
    }

    /// <inheritdoc/>
    public override NtStatus PrepareTarget(string path)
    {
        folder.NoteChange(path);
        return Prepare(path, withContent: true);
    }

    /// <inheritdoc/>
    internal override NtStatus Open(in FileCreateRequest request, string remainder, out FileObject file, out ulong information)
    {
        if (VolumePath.Parse(remainder, out string path).IsSuccess && NeedsUpper(request, path, out bool withContent))
        {
            folder.NoteChange(path);
            NtStatus status = Prepare(path, withContent);
            if (!status.IsSuccess && (request.Access & FileAccessRights.MaximumAllowed) == 0)
            {
                file = null!;
                information = 0;
                return status;
            }
        }
        return base.Open(request, remainder, out file, out information);
    }

    private bool NeedsUpper(in FileCreateRequest request, string path, out bool withContent)
    {
        bool changes = (request.Access & (FileAccessRights.AnyWrite | FileAccessRights.MaximumAllowed)) != 0 || request.Options.HasFlag(FileOptions.DeleteOnClose);
        bool overwrites = request.Disposition is FileDisposition.Overwrite or FileDisposition.OverwriteIf or FileDisposition.Supersede;
        withContent = !overwrites;
        if (request.Disposition == FileDisposition.Open && !changes)
        {
            return false;
        }
        if (!IsInUpper(path) && IsVisible(path, out LayerEntry? entry))
        {
            // What exists is opened or refused as it is, unless it is to be changed.
            bool matches = entry.File is null ? !request.Options.HasFlag(FileOptions.NonDirectory) && !overwrites : !request.Options.HasFlag(FileOptions.Directory);
            return matches && request.Disposition != FileDisposition.Create && (changes || overwrites);
        }
        return request.Disposition is not (FileDisposition.Open or FileDisposition.Overwrite);
    }

    /// <summary>Makes the upper layer ready for a change of a path: what the lower layer has there is copied up, or else the folders on the way are made.</summary>
    private NtStatus Prepare(string path, bool withContent)
    {
        lock (_lock)
        {
            if (TryFindSystemFile(path, out _) || IsInUpper(path))
            {
                return NtStatus.Success;
            }
            if (IsVisible(path, out LayerEntry? entry))
            {
                return CopyUp(entry, withContent);
            }
            string parent = HostTree.Split(path).Folder;
            return IsVisible(parent, out LayerEntry? above) && above.File is null ? MakeFolders(parent, out _) : NtStatus.Success;
        }
    }

    private bool TryFindSystemFile(string path, out FileLocation location)
    {
        if (lower.TryFind(path, out LayerEntry? entry) && entry.IsFixed)
        {
            location = new FileLocation(upper, entry.Path, true, entry.File);
            return true;
        }
        return SystemVolume.TryFind(systemFiles, path, out location);
    }

    private bool IsInUpper(string path) => folder.IsMade && upper.Find(path, out _).IsSuccess;

    /// <summary>True when the lower layer has the path and the program did not delete it.</summary>
    private bool IsVisible(string path, [NotNullWhen(true)] out LayerEntry? entry) => lower.TryFind(path, out entry) && !_deleted.Hide(path);

    private HashSet<string> NamesInUpper(string path)
    {
        List<string> names = [];
        if (folder.IsMade && upper.Find(path, out string actual).IsSuccess
            && upper.TryOpen(actual, OpenFlags.ReadOnly | OpenFlags.Directory, 0, out Microsoft.Win32.SafeHandles.SafeFileHandle handle))
        {
            using (handle)
            {
                DirectoryReader.Read(handle, names);
            }
        }
        return new HashSet<string>(names, StringComparer.OrdinalIgnoreCase);
    }

    private Dictionary<string, FileLocation?> EntriesOf(string path, HashSet<string> above)
    {
        Dictionary<string, FileLocation?> entries = new(StringComparer.OrdinalIgnoreCase);
        if (!_deleted.Hide(path))
        {
            foreach (LayerEntry child in lower.Children(path))
            {
                string name = HostTree.Split(child.Path).Name;
                if (!above.Contains(name) && !_deleted.Hide(child.Path))
                {
                    entries[name] = child.File is { } file ? new FileLocation(upper, child.Path, true, file) : null;
                }
            }
        }
        if (path.Equals(SystemVolume.SystemFolder, StringComparison.OrdinalIgnoreCase))
        {
            foreach ((string name, FileLocation? location) in systemFiles.List())
            {
                entries.TryAdd(name, location);
            }
        }
        return entries;
    }

    private NtStatus CopyTree(LayerEntry entry)
    {
        NtStatus status;
        lock (_lock)
        {
            status = IsInUpper(entry.Path) ? NtStatus.Success : CopyUp(entry, true);
        }
        foreach (LayerEntry child in status.IsSuccess ? lower.Children(entry.Path) : [])
        {
            if (status.IsSuccess && !_deleted.Hide(child.Path))
            {
                status = CopyTree(child);
            }
        }
        return status;
    }

    private NtStatus CopyUp(LayerEntry entry, bool withContent)
    {
        if (entry.File is not { } file)
        {
            return MakeFolders(entry.Path, out _);
        }
        (string parent, string name) = HostTree.Split(entry.Path);
        NtStatus status = MakeFolders(parent, out string actual);
        return status.IsSuccess ? LayerCopy.Write(file, withContent, folder, upper, HostTree.Join(actual, name)) : status;
    }

    /// <summary>Makes a folder of the upper layer and those on the way to it. <paramref name="actual"/> is how the host spells it.</summary>
    private NtStatus MakeFolders(string path, out string actual)
    {
        actual = "";
        int error = folder.Make();
        if (error != 0)
        {
            // Not that something is missing: programs make what is missing, and try again for ever.
            return error is Errno.ENOSPC or Errno.EDQUOT ? NtStatus.DiskFull : NtStatus.MediaWriteProtected;
        }
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string wanted = HostTree.Join(actual, part);
            if (!upper.Find(wanted, out actual).IsSuccess)
            {
                actual = wanted;
                NtStatus status = LayerCopy.MakeFolder(upper, wanted);
                if (!status.IsSuccess)
                {
                    return status;
                }
            }
        }
        return NtStatus.Success;
    }
}
