namespace PortableVirt.Cli.CommandLine;

/// <summary>Finds what a mistyped word was meant to be.</summary>
public static class Suggestion
{
    /// <summary>" (did you mean X?)" for the known word nearest to a mistyped one; empty where none is near.</summary>
    public static string For(string word, IEnumerable<string> known)
    {
        (int Distance, string Word) best = known.Select(k => (Distance(word, k), k)).DefaultIfEmpty((int.MaxValue, "")).MinBy(pair => pair.Item1);
        return best.Distance <= Math.Max(1, best.Word.TrimStart('-').Length / 3) ? $" (did you mean {best.Word}?)" : "";
    }

    /// <summary>
    /// How many characters must be put in, taken away, changed or swapped with their neighbour to make one word of the other
    /// (optimal string alignment).
    /// </summary>
    public static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }
        for (int j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int change = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(change, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }
        return d[a.Length, b.Length];
    }
}
