using System.Text;

namespace PortableVirt.Cli.Output;

/// <summary>A table of text with aligned columns.</summary>
/// <param name="headings">The first row.</param>
public sealed class Table(params string[] headings)
{
    private readonly List<string[]> _rows = [headings];

    /// <summary>A text from elsewhere as a cell: control characters must not reach a terminal or break the table's lines.</summary>
    public static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));

    /// <summary>Adds a row with one cell a heading.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <inheritdoc/>
    public override string ToString()
    {
        int[] widths = [.. Enumerable.Range(0, headings.Length).Select(c => _rows.Max(r => r[c].Length))];
        StringBuilder text = new();
        foreach (string[] row in _rows)
        {
            StringBuilder line = new();
            for (int c = 0; c < row.Length; c++)
            {
                line.Append(row[c].PadRight(widths[c] + 2));
            }

            text.Append(line.ToString().TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
