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
}
