namespace PortableVirt.Emulation.Console;

/// <summary>The lines that were read, oldest first.</summary>
internal sealed class LineHistory
{
    private const int Capacity = 200;
    private readonly List<string> _lines = [];

    /// <summary>Number of lines.</summary>
    public int Count => _lines.Count;

    /// <summary>A line.</summary>
    public string this[int index] => _lines[index];

    /// <summary>Adds a line; empty ones and repetitions of the last one are not kept.</summary>
    public void Add(string line)
    {
        if (line.Length == 0 || (Count != 0 && _lines[^1] == line))
        {
            return;
        }
        if (Count == Capacity)
        {
            _lines.RemoveAt(0);
        }
        _lines.Add(line);
    }

    /// <summary>The newest line before <paramref name="index"/> that starts with some text; -1 for none. Goes round once.</summary>
    public int FindBefore(int index, string start)
    {
        for (int step = 1; step <= Count; step++)
        {
            int at = ((index - step) % Count + Count) % Count;
            if (_lines[at].StartsWith(start, StringComparison.Ordinal))
            {
                return at;
            }
        }
        return -1;
    }
}
