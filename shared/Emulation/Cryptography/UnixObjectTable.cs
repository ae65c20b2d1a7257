namespace PortableVirt.Emulation.Cryptography;

/// <summary>
/// The host objects of one process behind the numbers that its DLLs keep. Numbers are never used again; one that the program made up finds nothing, or
/// another object of its own.
/// </summary>
internal sealed class UnixObjectTable
{
    /// <summary>So many objects a process may hold, which bounds what it can make the host allocate.</summary>
    public const int MaximumCount = 16384;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, UnixObject> _objects = [];
    private ulong _last;

    /// <summary>Adds an object; false when the process holds too many, and the object is closed.</summary>
    public bool TryAdd(UnixObject added, out ulong number)
    {
        lock (_lock)
        {
            if (_objects.Count < MaximumCount)
            {
                number = ++_last;
                _objects.Add(number, added);
                return true;
            }
        }
        added.Close();
        number = 0;
        return false;
    }

    /// <summary>Finds an object of a kind.</summary>
    public bool TryGet<T>(ulong number, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? found)
        where T : UnixObject
    {
        lock (_lock)
        {
            found = _objects.GetValueOrDefault(number) as T;
            return found is not null;
        }
    }

    /// <summary>Takes an object of a kind out and closes it; false when there is none.</summary>
    public bool Close<T>(ulong number)
        where T : UnixObject
    {
        T? found;
        lock (_lock)
        {
            found = _objects.GetValueOrDefault(number) as T;
            if (found is null)
            {
                return false;
            }
            _objects.Remove(number);
        }
        found.Close();
        return true;
    }

    /// <summary>Closes all objects: the process has ended.</summary>
    public void CloseAll()
    {
        UnixObject[] objects;
        lock (_lock)
        {
            objects = [.. _objects.Values];
            _objects.Clear();
        }
        foreach (UnixObject left in objects)
        {
            left.Close();
        }
    }
}
