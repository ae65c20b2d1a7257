using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>Which file objects of this VM have which host file open, and NT's sharing rules between them.</summary>
internal sealed class FileControlBlockTable
{
    private const uint ReadLike = FileAccessRights.ReadData | FileAccessRights.Execute;
    private const uint WriteLike = FileAccessRights.WriteData | FileAccessRights.AppendData;
    private const uint ShareRead = 1, ShareWrite = 2, ShareDelete = 4;

    /// <summary>Files whose ids are remembered after they were closed.</summary>
    private const int MaximumClosed = 4096;

    private readonly Dictionary<FileKey, FileControlBlock> _blocks = [];
    private readonly Dictionary<ulong, (Volume Volume, string Path)> _closed = [];
    private readonly Queue<ulong> _closedOrder = new();

    /// <summary>Guards the table and its blocks.</summary>
    public Lock Lock { get; } = new();

    /// <summary>
    /// Checks sharing and adds a file object. STATUS_SHARING_VIOLATION, STATUS_DELETE_PENDING.
    /// </summary>
    /// <param name="file">The new file object; its block is set on success.</param>
    /// <param name="access">Access to check, which may be more than the handle gets (an overwrite also writes).</param>
    public NtStatus Add(DiskFile file, FileKey key, uint access)
    {
        lock (Lock)
        {
            if (!_blocks.TryGetValue(key, out FileControlBlock? block))
            {
                _blocks[key] = block = new FileControlBlock(key);
            }
            else if (block.DeletePending)
            {
                return NtStatus.DeletePending;
            }
            else
            {
                foreach (DiskFile other in block.Opens)
                {
                    if (Conflicts(access, other.Share, other.Access) || Conflicts(other.Access, file.Share, access))
                    {
                        return NtStatus.SharingViolation;
                    }
                }
            }
            block.Opens.Add(file);
            file.Block = block;
            return NtStatus.Success;
        }
    }

    /// <summary>Removes a file object whose last handle was closed; true when the file is to be deleted now.</summary>
    public bool Remove(DiskFile file)
    {
        lock (Lock)
        {
            FileControlBlock block = file.Block;
            block.Opens.Remove(file);
            if (file.Options.HasFlag(FileOptions.DeleteOnClose))
            {
                block.DeletePending = true;
            }
            if (block.Opens.Count != 0)
            {
                return false;
            }
            _blocks.Remove(block.Key);
            if (!block.DeletePending)
            {
                RememberClosed(block.Key.FileId, file);
            }
            return block.DeletePending;
        }
    }

    /// <summary>The block of a file that is open somewhere, or null.</summary>
    public FileControlBlock? Find(FileKey key)
    {
        lock (Lock)
        {
            return _blocks.GetValueOrDefault(key);
        }
    }

    /// <summary>The path on a volume that a file id had when the file was last seen open.</summary>
    public bool TryFindById(ulong id, Volume volume, out string path)
    {
        path = "";
        lock (Lock)
        {
            foreach (FileControlBlock block in _blocks.Values)
            {
                if (block.Key.FileId == id && block.Opens.Find(f => f.Volume == volume) is { } open)
                {
                    path = open.Path;
                    return true;
                }
            }
            if (!_closed.TryGetValue(id, out (Volume Volume, string Path) closed) || closed.Volume != volume)
            {
                return false;
            }
            path = closed.Path;
            return true;
        }
    }

    /// <summary>True when a file object other than <paramref name="except"/> is open for something below a directory.</summary>
    public bool HasOpenBelow(HostTree tree, string directory, DiskFile except)
    {
        string prefix = directory + "/";
        lock (Lock)
        {
            return _blocks.Values.Any(b => b.Opens.Any(f => f != except && f.Location.Tree == tree && f.Location.Path.StartsWith(prefix, StringComparison.Ordinal)));
        }
    }

    private void RememberClosed(ulong id, DiskFile file)
    {
        if (!_closed.ContainsKey(id))
        {
            if (_closedOrder.Count == MaximumClosed)
            {
                _closed.Remove(_closedOrder.Dequeue());
            }
            _closedOrder.Enqueue(id);
        }
        _closed[id] = (file.Volume, file.Path);
    }

    /// <summary>IoCheckShareAccess: opens that ask for no data and no DELETE conflict with nothing.</summary>
    private static bool Conflicts(uint access, uint otherShare, uint otherAccess)
    {
        if ((otherAccess & (ReadLike | WriteLike | FileAccessRights.Delete)) == 0)
        {
            return false;
        }
        return ((access & ReadLike) != 0 && (otherShare & ShareRead) == 0)
            || ((access & WriteLike) != 0 && (otherShare & ShareWrite) == 0)
            || ((access & FileAccessRights.Delete) != 0 && (otherShare & ShareDelete) == 0);
    }
}
