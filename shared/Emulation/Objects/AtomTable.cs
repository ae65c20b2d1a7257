namespace PortableVirt.Emulation.Objects;

/// <summary>
/// A table of atoms: names (without case) with a 16-bit number and a use count. Numbers below 0xc000 are integer atoms, which
/// need no table. Thread-safe.
/// </summary>
internal sealed class AtomTable
{
    /// <summary>First number of a named atom.</summary>
    public const ushort FirstNamed = 0xc000;

    /// <summary>Longest name in characters.</summary>
    public const int MaximumName = 255;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ushort> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<ushort, (string Name, ushort Uses)> _byNumber = [];
    private ushort _next = FirstNamed;

    /// <summary>Adds a use of a name; false when the table is full.</summary>
    public bool TryAdd(string name, out ushort atom)
    {
        lock (_lock)
        {
            if (_byName.TryGetValue(name, out atom))
            {
                (string text, ushort uses) = _byNumber[atom];
                _byNumber[atom] = (text, (ushort)Math.Min(uses + 1, ushort.MaxValue));
                return true;
            }
            if (_byNumber.Count > ushort.MaxValue - FirstNamed)
            {
                return false;
            }
            while (_byNumber.ContainsKey(_next))
            {
                _next = _next == ushort.MaxValue ? FirstNamed : (ushort)(_next + 1);
            }
            atom = _next;
            _byName[name] = atom;
            _byNumber[atom] = (name, 1);
            return true;
        }
    }

    /// <summary>Finds a name.</summary>
    public bool TryFind(string name, out ushort atom)
    {
        lock (_lock)
        {
            return _byName.TryGetValue(name, out atom);
        }
    }

    /// <summary>Name and use count of an atom.</summary>
    public bool TryGet(ushort atom, out string name, out ushort uses)
    {
        lock (_lock)
        {
            bool found = _byNumber.TryGetValue(atom, out (string Name, ushort Uses) entry);
            (name, uses) = entry;
            return found;
        }
    }

    /// <summary>Takes a use back; the last one deletes the atom. False when there is no such atom.</summary>
    public bool Delete(ushort atom)
    {
        lock (_lock)
        {
            if (!_byNumber.TryGetValue(atom, out (string Name, ushort Uses) entry))
            {
                return false;
            }
            if (entry.Uses > 1)
            {
                _byNumber[atom] = (entry.Name, (ushort)(entry.Uses - 1));
            }
            else
            {
                _byNumber.Remove(atom);
                _byName.Remove(entry.Name);
            }
            return true;
        }
    }

    /// <summary>All named atoms, by number.</summary>
    public ushort[] List()
    {
        lock (_lock)
        {
            ushort[] atoms = [.. _byNumber.Keys];
            Array.Sort(atoms);
            return atoms;
        }
    }
}
