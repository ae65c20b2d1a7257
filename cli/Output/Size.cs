using System.Globalization;

namespace PortableVirt.Cli.Output;

/// <summary>Numbers of bytes for people.</summary>
public static class Size
{
    private static readonly string[] s_units = ["KiB", "MiB", "GiB", "TiB"];

    /// <summary>As "12.3 MiB".</summary>
    public static string Of(long bytes)
    {
        if (bytes < 1024)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        }
        double value = bytes / 1024.0;
        int unit = 0;
        for (; value >= 1023.95 && unit < s_units.Length - 1; unit++)
        {
            value /= 1024;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{value:F1} {s_units[unit]}");
    }

    /// <summary>Reads a number of bytes, as 1048576, 512K, 512M, 2G or 2GiB; units are powers of 1024.</summary>
    public static bool TryParse(string text, out ulong bytes)
    {
        int digits = text.TakeWhile(char.IsAsciiDigit).Count();
        string unit = text[digits..].ToUpperInvariant();
        int power = unit.Length == 0 || unit == "B" ? 0 : unit.Length is 1 or 3 && (unit.Length == 1 || unit.EndsWith("IB", StringComparison.Ordinal)) ? "KMGT".IndexOf(unit[0], StringComparison.Ordinal) + 1 : -1;
        bytes = 0;
        if (power < 0 || (power == 0 && unit.Length is 1 or 3 && unit != "B") || !ulong.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            || number > ulong.MaxValue >> (10 * power))
        {
            return false;
        }
        bytes = number << (10 * power);
        return true;
    }
}
