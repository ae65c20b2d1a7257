using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Objects;

/// <summary>
/// The handles of one process: value = (index + 1) * 4. Freed values are reused, lowest first. Thread-safe.
/// A table holds at most <see cref="Capacity"/> handles.
/// </summary>
public sealed class HandleTable(NtProcess process)
{
    /// <summary>Handles that one process may have open at a time.</summary>
    public const int Capacity = 1 << 20;

    private readonly Lock _lock = new();
    private readonly PriorityQueue<int, int> _free = new();
    private HandleEntry[] _entries = new HandleEntry[64];
    private int _used;

    /// <summary>Number of open handles.</summary>
    public int Count { get; private set; }

    /// <summary>Opens a handle. Fails with STATUS_INSUFFICIENT_RESOURCES when the table is full.</summary>
    public NtStatus Insert(KernelObject value, uint access, bool inherit, out Handle handle)
    {
        lock (_lock)
        {
            if (!_free.TryDequeue(out int index, out _))
            {
                if (_used == Capacity)
                {
                    handle = default;
                    return NtStatus.InsufficientResources;
                }
                index = _used++;
                if (index == _entries.Length)
                {
                    Array.Resize(ref _entries, _entries.Length * 2);
                }
            }
            _entries[index] = new HandleEntry(value, access, inherit, false);
            Count++;
            value.AddHandle();
            handle = new Handle((ulong)(index + 1) * 4);
            return NtStatus.Success;
        }
    }

    /// <summary>Opens a handle with a value of the caller's choice; false when it is open, or no value of this table.</summary>
    public bool TryInsertAt(Handle handle, KernelObject value, uint access)
    {
        lock (_lock)
        {
            int index = (int)Math.Min(handle.Value / 4, Capacity + 1) - 1;
            if (index < 0 || index >= Capacity || handle.Value % 4 != 0 || (index < _used && _entries[index].Object is not null))
            {
                return false;
            }
            while (_used <= index)
            {
                _free.Enqueue(_used, _used);
                _used++;
            }
            if (_used > _entries.Length)
            {
                Array.Resize(ref _entries, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)_used));
            }
            _free.Remove(index, out _, out _);
            _entries[index] = new HandleEntry(value, access, false, false);
            Count++;
            value.AddHandle();
            return true;
        }
    }

    /// <summary>Looks a table handle up; false for pseudo handles, null, closed or invented values.</summary>
    public bool TryGet(Handle handle, out HandleEntry entry)
    {
        lock (_lock)
        {
            int index = IndexOf(handle);
            entry = index >= 0 ? _entries[index] : default;
            return index >= 0;
        }
    }

    /// <summary>Closes a handle: STATUS_INVALID_HANDLE, or STATUS_HANDLE_NOT_CLOSABLE when it is protected.</summary>
    public NtStatus Close(Handle handle)
    {
        KernelObject value;
        lock (_lock)
        {
            int index = IndexOf(handle);
            if (index < 0)
            {
                return NtStatus.InvalidHandle;
            }
            if (_entries[index].ProtectFromClose)
            {
                return NtStatus.HandleNotClosable;
            }
            value = _entries[index].Object;
            _entries[index] = default;
            process.Mailboxes.Forget(new Handle(handle.Value & ~3ul));
            _free.Enqueue(index, index);
            Count--;
        }
        value.RemoveHandle(process);
        return NtStatus.Success;
    }

    /// <summary>Shows an event to the gate in user mode under a handle, if that still leads to it.</summary>
    internal void Show(Handle handle, EventObject value)
    {
        lock (_lock)
        {
            int index = IndexOf(handle);
            if (index >= 0 && _entries[index].Object == value)
            {
                process.Mailboxes.Show(handle, value, _entries[index].Access);
            }
        }
    }

    /// <summary>Changes the flags of a handle (ObjectHandleFlagInformation).</summary>
    public NtStatus SetFlags(Handle handle, bool inherit, bool protectFromClose)
    {
        lock (_lock)
        {
            int index = IndexOf(handle);
            if (index < 0)
            {
                return NtStatus.InvalidHandle;
            }
            _entries[index] = _entries[index] with { Inherit = inherit, ProtectFromClose = protectFromClose };
            return NtStatus.Success;
        }
    }

    /// <summary>Changes the access and inheritance of an open handle in place (a duplicate that closes its source).</summary>
    public NtStatus Change(Handle handle, uint access, bool inherit)
    {
        lock (_lock)
        {
            int index = IndexOf(handle);
            if (index < 0)
            {
                return NtStatus.InvalidHandle;
            }
            _entries[index] = _entries[index] with { Access = access, Inherit = inherit };
            process.Mailboxes.Forget(new Handle(handle.Value & ~3ul));
            return NtStatus.Success;
        }
    }

    /// <summary>Copies all open handles with their values, in order.</summary>
    public List<(Handle Handle, HandleEntry Entry)> Snapshot()
    {
        lock (_lock)
        {
            List<(Handle, HandleEntry)> result = new(Count);
            for (int i = 0; i < _used; i++)
            {
                if (_entries[i].Object is not null)
                {
                    result.Add((new Handle((ulong)(i + 1) * 4), _entries[i]));
                }
            }
            return result;
        }
    }

    /// <summary>Fills an empty table with the inheritable handles of <paramref name="parent"/> at their own values.</summary>
    /// <param name="only">Values of the only handles to take, or null for all inheritable ones.</param>
    public void InheritFrom(HandleTable parent, IReadOnlySet<ulong>? only = null)
    {
        List<(Handle Handle, HandleEntry Entry)> handles = parent.Snapshot();
        lock (_lock)
        {
            foreach ((Handle handle, HandleEntry entry) in handles)
            {
                int index = (int)(handle.Value / 4) - 1;
                while (_used <= index)
                {
                    _free.Enqueue(_used, _used);
                    _used++;
                }
                if (_entries.Length < _used)
                {
                    Array.Resize(ref _entries, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)_used));
                }
                if (entry.Inherit && (only is null || only.Contains(handle.Value)))
                {
                    _entries[index] = entry;
                    entry.Object.AddHandle();
                    Count++;
                }
            }
            int[] free = [.. _free.UnorderedItems.Select(i => i.Element).Where(i => _entries[i].Object is null)];
            _free.Clear();
            foreach (int i in free)
            {
                _free.Enqueue(i, i);
            }
        }
    }

    /// <summary>Closes everything, protected handles too: the process has ended.</summary>
    public void CloseAll()
    {
        foreach ((Handle handle, HandleEntry entry) in Snapshot())
        {
            if (entry.ProtectFromClose)
            {
                SetFlags(handle, false, false);
            }
            Close(handle);
        }
    }

    private int IndexOf(Handle handle)
    {
        ulong value = handle.Value & ~3ul;
        ulong index = (value / 4) - 1;
        return value != 0 && index < (ulong)_used && _entries[index].Object is not null ? (int)index : -1;
    }
}
