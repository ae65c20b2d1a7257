namespace PortableVirt.Analysis.Needs;

/// <summary>
/// Finds DLLs whose names are spelled somewhere in a program's bytes, in ASCII or UTF-16: those that it may load by name. A guess, in both directions:
/// names may be made at run time, and a name that is there may never be used.
/// </summary>
public static class SpelledModules
{
    private const int LongestName = 64;

    /// <summary>The known DLLs that are spelled, sorted.</summary>
    /// <param name="program">The program's file.</param>
    /// <param name="known">Lower-case names of DLLs, with ".dll".</param>
    public static IReadOnlyList<string> Find(ReadOnlySpan<byte> program, IReadOnlySet<string> known)
    {
        SortedSet<string> found = new(StringComparer.Ordinal);
        for (int at = 0, next; (next = program[at..].IndexOf((byte)'.')) >= 0; at++)
        {
            at += next;
            foreach (int width in (ReadOnlySpan<int>)[1, 2])
            {
                if (IsExtension(program[at..], width))
                {
                    AddEndings(program[..at], width, known, found);
                }
            }
        }
        return [.. found];
    }

    /// <summary>".dll" in characters of some bytes.</summary>
    private static bool IsExtension(ReadOnlySpan<byte> text, int width)
    {
        for (int i = 0; i < 4; i++)
        {
            int at = i * width;
            if (at + width > text.Length || (text[at] | 0x20) != (".dll"[i] | 0x20) || (width == 2 && text[at + 1] != 0))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Every ending of the word before the extension is tried: Go's texts follow each other without anything between.</summary>
    private static void AddEndings(ReadOnlySpan<byte> before, int width, IReadOnlySet<string> known, SortedSet<string> found)
    {
        string name = ".dll";
        for (int at = before.Length - width; at >= 0 && name.Length < LongestName; at -= width)
        {
            char c = (char)before[at];
            if (!(char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+') || (width == 2 && before[at + 1] != 0))
            {
                return;
            }
            name = char.ToLowerInvariant(c) + name;
            if (known.Contains(name))
            {
                found.Add(name);
            }
        }
    }
}
