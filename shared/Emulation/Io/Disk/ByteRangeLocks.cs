using PortableVirt.Emulation.Processes;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>The byte-range locks of one file and the requests that wait for one. Thread-safe.</summary>
internal sealed class ByteRangeLocks
{
    private readonly Lock _lock = new();
    private readonly List<ByteRangeLock> _held = [];
    private readonly LinkedList<LockRequest> _waiting = new();

    /// <summary>True when an access of <paramref name="file"/> to a range is not allowed.</summary>
    public bool Forbids(FileObject file, NtProcess process, ulong offset, ulong length, bool isWrite)
    {
        lock (_lock)
        {
            return length != 0 && _held.Any(l => l.Overlaps(offset, length)
                && (l.IsExclusive ? !l.IsOwnedBy(file, process) : isWrite));
        }
    }

    /// <summary>Takes a lock now; false when another is in the way.</summary>
    public bool TryLock(ByteRangeLock wanted)
    {
        lock (_lock)
        {
            return TryLockLocked(wanted);
        }
    }

    /// <summary>Takes a lock, or queues the request; true when it was granted at once (the request is not used then).</summary>
    public bool TryLockOrWait(ByteRangeLock wanted, Func<LockRequest> makeRequest)
    {
        lock (_lock)
        {
            if (TryLockLocked(wanted))
            {
                return true;
            }
            _waiting.AddLast(makeRequest());
            return false;
        }
    }

    /// <summary>Releases the lock with exactly this range; false when there is none.</summary>
    public bool TryUnlock(FileObject file, NtProcess process, uint key, ulong offset, ulong length)
    {
        List<LockRequest> granted;
        lock (_lock)
        {
            int index = _held.FindIndex(l => l.IsOwnedBy(file, process) && l.Key == key && l.Offset == offset && l.Length == length);
            if (index < 0)
            {
                return false;
            }
            _held.RemoveAt(index);
            granted = GrantWaiting();
        }
        Finish(granted);
        return true;
    }

    /// <summary>Releases all locks of a process on a file object.</summary>
    public void UnlockAll(FileObject file, NtProcess process)
    {
        List<LockRequest> granted;
        lock (_lock)
        {
            if (_held.RemoveAll(l => l.IsOwnedBy(file, process)) == 0)
            {
                return;
            }
            granted = GrantWaiting();
        }
        Finish(granted);
    }

    /// <summary>Takes a cancelled request out of the queue.</summary>
    public void Remove(LockRequest request)
    {
        lock (_lock)
        {
            _waiting.Remove(request);
        }
    }

    private bool TryLockLocked(ByteRangeLock wanted)
    {
        foreach (ByteRangeLock held in _held)
        {
            if (held.Overlaps(wanted.Offset, wanted.Length) && (wanted.IsExclusive || (held.IsExclusive && !held.IsOwnedBy(wanted.File, wanted.Process))))
            {
                return false;
            }
        }
        _held.Add(wanted);
        return true;
    }

    private List<LockRequest> GrantWaiting()
    {
        List<LockRequest> granted = [];
        for (LinkedListNode<LockRequest>? node = _waiting.First; node is not null;)
        {
            LinkedListNode<LockRequest>? next = node.Next;
            if (TryLockLocked(node.Value.Wanted))
            {
                _waiting.Remove(node);
                if (node.Value.TryClaim())
                {
                    granted.Add(node.Value);
                }
                else
                {
                    _held.Remove(node.Value.Wanted);
                }
            }
            node = next;
        }
        return granted;
    }

    private static void Finish(List<LockRequest> granted)
    {
        foreach (LockRequest request in granted)
        {
            request.Finish(NtStatus.Success, 0);
        }
    }
}
