namespace PortableVirt.Emulation.Io.Disk;

/// <summary>
/// File-name patterns of the kernel (FsRtlIsNameInExpression): * and ?, and the DOS forms &lt; (DOS_STAR), > (DOS_QM) and "
/// (DOS_DOT). Without case.
/// </summary>
internal static class NamePattern
{
    /// <summary>True when the pattern is more than a plain name.</summary>
    public static bool HasWildcards(ReadOnlySpan<char> pattern) => pattern.ContainsAny("*?<>\"");

    /// <summary>True when a name matches; the cost is bounded by the product of the lengths.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        Span<bool> current = name.Length < 512 ? stackalloc bool[name.Length + 1] : new bool[name.Length + 1];
        Span<bool> next = name.Length < 512 ? stackalloc bool[name.Length + 1] : new bool[name.Length + 1];
        int lastDot = name.LastIndexOf('.');
        current[0] = true;
        foreach (char p in pattern)
        {
            next.Clear();
            for (int i = 0; i <= name.Length; i++)
            {
                bool atEnd = i == name.Length;
                switch (p)
                {
                    case '*':
                        next[i] = current[i] || (i > 0 && next[i - 1]);
                        break;
                    case '<':
                        next[i] = current[i] || (i > 0 && next[i - 1] && i - 1 != lastDot);
                        break;
                    case '>':
                        next[i] |= current[i] && (atEnd || name[i] == '.');
                        if (current[i] && !atEnd && name[i] != '.')
                        {
                            next[i + 1] = true;
                        }
                        break;
                    case '"':
                        next[i] |= current[i] && atEnd;
                        if (current[i] && !atEnd && name[i] == '.')
                        {
                            next[i + 1] = true;
                        }
                        break;
                    default:
                        if (current[i] && !atEnd && (p == '?' || Same(p, name[i])))
                        {
                            next[i + 1] = true;
                        }
                        break;
                }
            }
            Span<bool> swap = current;
            current = next;
            next = swap;
        }
        return current[name.Length];
    }

    private static bool Same(char a, char b) => a == b || char.ToUpperInvariant(a) == char.ToUpperInvariant(b);
}
