using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Processes;

/// <summary>Process and thread ids of a VM: one number space, multiples of 4, as on NT. Thread-safe.</summary>
public sealed class ClientIdTable
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<uint, object> _ids = [];
    private uint _next = 0x20;

    /// <summary>Gives a process or thread its id.</summary>
    public uint Allocate(object owner)
    {
        lock (_lock)
        {
            while (_ids.ContainsKey(_next))
            {
                _next += 4;
            }
            uint id = _next;
            _ids[id] = owner;
            _next += 4;
            return id;
        }
    }

    /// <summary>Frees an id.</summary>
    public void Release(uint id)
    {
        lock (_lock)
        {
            _ids.Remove(id);
        }
    }

    /// <summary>Frees an id that no program has seen, so that it may be the next one given.</summary>
    public void TakeBack(uint id)
    {
        lock (_lock)
        {
            _ids.Remove(id);
            _next = id == _next - 4 ? id : _next;
        }
    }

    /// <summary>The living process with this id, or null. Bits 0-1 are ignored.</summary>
    public NtProcess? FindProcess(ulong id) => Find(id) as NtProcess;

    /// <summary>The living thread with this id, or null. Bits 0-1 are ignored.</summary>
    public NtThread? FindThread(ulong id) => Find(id) as NtThread;

    /// <summary>All living processes, by id.</summary>
    public List<NtProcess> Processes()
    {
        lock (_lock)
        {
            return [.. _ids.Values.OfType<NtProcess>()];
        }
    }

    private object? Find(ulong id)
    {
        lock (_lock)
        {
            return id <= uint.MaxValue && _ids.TryGetValue((uint)id & ~3u, out object? owner) ? owner : null;
        }
    }
}
