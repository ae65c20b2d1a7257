namespace PortableVirt.Emulation.Memory;

/// <summary>Pages that the program has locked: they have frames, and are known as locked until they are unlocked or freed.</summary>
public sealed partial class AddressSpace
{
    /// <summary>Most pages that a process may lock: 256 MiB.</summary>
    private const int MaximumLockedPages = 1 << 16;

    private readonly HashSet<ulong> _locked = [];

    /// <summary>
    /// Brings pages in and locks them. STATUS_WAS_LOCKED (a success) when all were, STATUS_ACCESS_VIOLATION for memory that cannot be read,
    /// STATUS_WORKING_SET_QUOTA for too much.
    /// </summary>
    internal NtStatus LockPages(ulong start, ulong end)
    {
        if ((end - start) >> 12 > MaximumLockedPages)
        {
            return NtStatus.WorkingSetQuota;
        }
        if (!Probe(start, end - start, forWrite: false))
        {
            return NtStatus.AccessViolation;
        }
        lock (_lock)
        {
            int before = _locked.Count;
            if ((ulong)before + ((end - start) >> 12) > MaximumLockedPages)
            {
                return NtStatus.WorkingSetQuota;
            }
            for (ulong page = start; page < end; page += 0x1000)
            {
                _locked.Add(page);
            }
            return _locked.Count == before ? NtStatus.WasLocked : NtStatus.Success;
        }
    }

    /// <summary>Unlocks pages; STATUS_NOT_LOCKED when one of them is not locked.</summary>
    internal NtStatus UnlockPages(ulong start, ulong end)
    {
        lock (_lock)
        {
            if ((end - start) >> 12 > (ulong)_locked.Count)
            {
                return NtStatus.NotLocked;
            }
            for (ulong page = start; page < end; page += 0x1000)
            {
                if (!_locked.Contains(page))
                {
                    return NtStatus.NotLocked;
                }
            }
            for (ulong page = start; page < end; page += 0x1000)
            {
                _locked.Remove(page);
            }
            return NtStatus.Success;
        }
    }

    /// <summary>Pages that are freed or unmapped are locked no more.</summary>
    private void ForgetLocks(Region region, long first, long count)
    {
        if (_locked.Count != 0)
        {
            ulong start = region.Start + ((ulong)first << 12);
            ulong end = start + ((ulong)count << 12);
            _locked.RemoveWhere(page => page >= start && page < end);
        }
    }
}
