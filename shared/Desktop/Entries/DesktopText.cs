using System.Text;

namespace PortableVirt.Desktop.Entries;

/// <summary>Text of desktop entries (Desktop Entry Specification 1.5).</summary>
public static class DesktopText
{
    /// <summary>A value of type string: backslash, line feed, carriage return, tab and a space at the beginning escaped; other control characters left out.</summary>
    public static string Value(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (char c in text)
        {
            _ = c switch
            {
                '\\' => result.Append(@"\\"),
                '\n' => result.Append(@"\n"),
                '\r' => result.Append(@"\r"),
                '\t' => result.Append(@"\t"),
                ' ' when result.Length == 0 => result.Append(@"\s"),
                _ when char.IsControl(c) => result,
                _ => result.Append(c),
            };
        }
        return result.ToString();
    }

    /// <summary>The text of a value.</summary>
    public static string Unescape(string value)
    {
        StringBuilder result = new(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\' || i + 1 == value.Length)
            {
                result.Append(value[i]);
                continue;
            }
            char c = value[++i];
            result.Append(c switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 's' => ' ', _ => c });
        }
        return result.ToString();
    }

    /// <summary>
    /// One argument of an Exec key, before <see cref="Value"/>: in double quotes, with a backslash before the quote, the backtick, the dollar and the
    /// backslash; a percent sign, which begins a field code, twice.
    /// </summary>
    public static string Argument(string text)
    {
        StringBuilder result = new("\"");
        foreach (char c in text)
        {
            if (c is '"' or '`' or '$' or '\\')
            {
                result.Append('\\');
            }
            else if (c == '%')
            {
                result.Append('%');
            }
            result.Append(c);
        }
        return result.Append('"').ToString();
    }
}
