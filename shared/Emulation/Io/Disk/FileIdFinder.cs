using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>
/// Finds the name of a file of a volume by its id. The host opens no file by its inode number without privileges, so the volume's folders are walked,
/// nearest first, and what the walk saw is kept. Nothing outside of them is looked at, and no symbolic link is followed. Thread-safe.
/// </summary>
/// <param name="volume">The volume.</param>
internal sealed class FileIdFinder(Volume volume)
{
    /// <summary>Entries that one walk looks at.</summary>
    private const int MaximumEntries = 1 << 20;

    /// <summary>Ids that are kept.</summary>
    private const int MaximumKept = 1 << 18;

    private const uint ProcFileSystem = 0x9fa0, SysFileSystem = 0x62656572;

    /// <summary>How long one walk may take, and how long its answer that there is no such id holds.</summary>
    private static readonly TimeSpan _walkLimit = TimeSpan.FromSeconds(10), _walkHolds = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<(HostTree Tree, string Path, string VolumePath)> _folders = [];
    private readonly Dictionary<ulong, int> _folderOf = [];
    private long _walked;

    /// <summary>
    /// Finds an id. STATUS_INVALID_PARAMETER when the volume has no such file, as NTFS says; STATUS_INSUFFICIENT_RESOURCES when the volume is too big to
    /// tell; STATUS_THREAD_IS_TERMINATING.
    /// </summary>
    /// <param name="path">Path on the volume, parts joined by '/'.</param>
    public NtStatus Find(NtThread thread, ulong id, out string path)
    {
        foreach (string folder in volume.MadeUpFolders())
        {
            if (IsAt(folder, id))
            {
                path = folder;
                return NtStatus.Success;
            }
        }
        lock (_lock)
        {
            if (_folderOf.TryGetValue(id, out int known) && FindIn(_folders[known], id, out path) && IsAt(path, id))
            {
                return NtStatus.Success;
            }
            if (_walked != 0 && Stopwatch.GetElapsedTime(_walked) < _walkHolds)
            {
                path = "";
                return NtStatus.InvalidParameter;
            }
            return Walk(thread, id, out path);
        }
    }

    /// <summary>True when the file at a path of the volume, itself if it is a link, has the id.</summary>
    public bool IsAt(string path, ulong id) =>
        volume.Locate(path, out FileLocation location, out VirtualDirectory? folder).IsSuccess
        && (folder is not null ? folder.Metadata.FileId == id : location.TryStat(out HostStat stat) && stat.Key.FileId == id);

    private static bool FindIn((HostTree Tree, string Path, string VolumePath) folder, ulong id, out string path)
    {
        path = "";
        List<HostDirectoryEntry> entries = [];
        if (!Read(folder.Tree, folder.Path, entries, out FileKey key))
        {
            return false;
        }
        int index = entries.FindIndex(entry => (key with { Inode = entry.Inode }).FileId == id);
        path = index < 0 ? "" : HostTree.Join(folder.VolumePath, entries[index].Name);
        return index >= 0;
    }

    private static bool Read(HostTree tree, string path, List<HostDirectoryEntry> entries, out FileKey key)
    {
        key = default;
        if (!tree.TryOpen(path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, 0, out SafeFileHandle handle))
        {
            return false;
        }
        using (handle)
        {
            if (!HostTree.TryStat(handle, out HostStat stat) || (NativeIo.FStatFs(handle, out HostStatFs system) == 0 && (uint)system.Type is ProcFileSystem or SysFileSystem))
            {
                return false;
            }
            key = stat.Key;
            return DirectoryReader.Read(handle, entries).IsSuccess;
        }
    }

    private NtStatus Walk(NtThread thread, ulong id, out string path)
    {
        long start = Stopwatch.GetTimestamp();
        int seen = 0;
        List<HostDirectoryEntry> entries = [];
        Queue<(HostTree Tree, string Path, string VolumePath)> waiting = new();
        path = "";
        _folders.Clear();
        _folderOf.Clear();
        _walked = 0;
        foreach ((string root, FileLocation location) in volume.Roots())
        {
            seen++;
            if (!location.TryStat(out HostStat stat))
            {
                continue;
            }
            if (stat.Key.FileId == id)
            {
                path = root;
                return NtStatus.Success;
            }
            if (stat.IsDirectory)
            {
                waiting.Enqueue((location.Tree, location.Path, root));
            }
        }
        while (waiting.TryDequeue(out (HostTree Tree, string Path, string VolumePath) folder))
        {
            if (thread.IsTerminating)
            {
                return NtStatus.ThreadIsTerminating;
            }
            entries.Clear();
            if (!Read(folder.Tree, folder.Path, entries, out FileKey key))
            {
                continue;
            }
            if (key.FileId == id)
            {
                // A mount point, whose entry has another number.
                path = folder.VolumePath;
                return NtStatus.Success;
            }
            _folders.Add(folder);
            foreach (HostDirectoryEntry entry in entries)
            {
                ulong found = (key with { Inode = entry.Inode }).FileId;
                if (_folderOf.Count < MaximumKept)
                {
                    _folderOf[found] = _folders.Count - 1;
                }
                string at = HostTree.Join(folder.VolumePath, entry.Name);
                if (found == id && IsAt(at, id))
                {
                    path = at;
                    return NtStatus.Success;
                }
                if (entry.MayBeDirectory)
                {
                    waiting.Enqueue((folder.Tree, HostTree.Join(folder.Path, entry.Name), at));
                }
            }
            seen += entries.Count;
            if (seen > MaximumEntries || Stopwatch.GetElapsedTime(start) > _walkLimit)
            {
                return NtStatus.InsufficientResources;
            }
        }
        _walked = Stopwatch.GetTimestamp();
        return NtStatus.InvalidParameter;
    }
}
