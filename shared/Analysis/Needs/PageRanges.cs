using System.Globalization;

namespace PortableVirt.Analysis.Needs;

/// <summary>Pages of modules as facts "page MODULE FIRST-LAST", where both ends are RVAs of pages of 4 KiB, in hexadecimal. Not thread-safe.</summary>
public sealed class PageRanges
{
    /// <summary>Kind of the facts.</summary>
    public const string Kind = "page";

    /// <summary>Pages that a module can have: 4 GiB.</summary>
    private const long MostPages = 1 << 20;

    private readonly SortedDictionary<string, SortedSet<long>> _pages = new(StringComparer.Ordinal);

    /// <summary>Modules with their pages.</summary>
    public IReadOnlyDictionary<string, SortedSet<long>> Modules => _pages;

    /// <summary>Adds pages.</summary>
    /// <param name="module">Name as one word, in lower case.</param>
    /// <param name="first">First page; page 0 starts at the module's base.</param>
    /// <param name="count">Pages.</param>
    public void Add(string module, long first, long count)
    {
        if (first < 0 || count < 0 || first + count > MostPages)
        {
            return;
        }
        if (!_pages.TryGetValue(module, out SortedSet<long>? pages))
        {
            _pages.Add(module, pages = []);
        }
        for (long page = first; page < first + count; page++)
        {
            pages.Add(page);
        }
    }

    /// <summary>Adds what a fact says, without its kind; false when it is no such fact.</summary>
    public bool TryAdd(string fact)
    {
        string[] words = fact.Split(' ');
        string[] ends = words.Length == 2 ? words[1].Split('-') : [];
        if (ends.Length != 2 || !TryReadPage(ends[0], out long first) || !TryReadPage(ends[1], out long last) || last < first)
        {
            return false;
        }
        Add(words[0], first, last - first + 1);
        return true;
    }

    /// <summary>The facts, with as few ranges as there can be.</summary>
    public IEnumerable<string> Facts()
    {
        foreach ((string module, SortedSet<long> pages) in _pages)
        {
            foreach ((long first, long count) in Runs(pages))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{Kind} {module} 0x{first << 12:x}-0x{(first + count - 1) << 12:x}");
            }
        }
    }

    /// <summary>Sorted numbers as runs.</summary>
    public static IEnumerable<(long First, long Count)> Runs(IEnumerable<long> sorted)
    {
        long first = -1;
        long next = -1;
        foreach (long page in sorted)
        {
            if (page != next)
            {
                if (first >= 0)
                {
                    yield return (first, next - first);
                }
                first = page;
            }
            next = page + 1;
        }
        if (first >= 0)
        {
            yield return (first, next - first);
        }
    }

    private static bool TryReadPage(string word, out long page)
    {
        bool read = word.StartsWith("0x", StringComparison.Ordinal) & long.TryParse(word.AsSpan(Math.Min(2, word.Length)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out page);
        bool valid = read && page >= 0 && (page & 0xfff) == 0 && page >> 12 < MostPages;
        page >>= 12;
        return valid;
    }
}
