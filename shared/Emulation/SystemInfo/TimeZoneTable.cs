using System.Globalization;
using System.Text;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>The Windows time zones and the tz database names that belong to each (Data/time-zones.txt). Read where it lies: most programs want one zone of 140.</summary>
public sealed class TimeZoneTable
{
    private const string File = "time-zones.txt";

    /// <summary>All zones, from west to east.</summary>
    public IEnumerable<WindowsTimeZone> Zones
    {
        get
        {
            foreach (string line in EmbeddedText.Read(File).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line[0] != '#')
                {
                    yield return Parse(line);
                }
            }
        }
    }

    /// <summary>The zone with a Windows key name, or null.</summary>
    public WindowsTimeZone? FindByKeyName(string keyName) => Find(keyName, line => line[..line.IndexOf((byte)'\t')]);

    /// <summary>The zone of a tz database name such as "Europe/Berlin", or null.</summary>
    public WindowsTimeZone? FindByTzName(string tzName) => Find(tzName, line => line[(line.LastIndexOf((byte)'\t') + 1)..], (byte)' ');

    /// <summary>
    /// The host's zone: by its tz database name, else the first zone with the same offset now and the same answer to whether
    /// there is daylight time, else UTC.
    /// </summary>
    public WindowsTimeZone FindHostZone()
    {
        TimeZoneInfo host = TimeZoneInfo.Local;
        if (FindByTzName(host.Id) is { } zone)
        {
            return zone;
        }
        long now = DateTime.UtcNow.ToFileTimeUtc();
        int bias = -(int)host.GetUtcOffset(DateTime.UtcNow).TotalMinutes;
        return Zones.FirstOrDefault(z => z.BiasAt(now) == bias && z.ToDaylight is null == !host.SupportsDaylightSavingTime)
            ?? Zones.FirstOrDefault(z => z.BiasAt(now) == bias)
            ?? FindByKeyName("UTC")!;
    }

    private delegate ReadOnlySpan<byte> Field(ReadOnlySpan<byte> line);

    /// <summary>The first line with a name in a field.</summary>
    private static WindowsTimeZone? Find(string name, Field field, byte separator = (byte)'\t')
    {
        ReadOnlySpan<byte> text = EmbeddedText.Bytes(File);
        foreach (Range lines in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[lines];
            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }
            ReadOnlySpan<byte> names = field(line);
            foreach (Range one in names.Split(separator))
            {
                if (Ascii.EqualsIgnoreCase(names[one], name))
                {
                    return Parse(Encoding.UTF8.GetString(line));
                }
            }
        }
        return null;
    }

    private static WindowsTimeZone Parse(string line)
    {
        string[] fields = line.Split('\t');
        return new WindowsTimeZone(
            fields[0],
            fields[1],
            int.Parse(fields[2], CultureInfo.InvariantCulture),
            int.Parse(fields[3], CultureInfo.InvariantCulture),
            TimeZoneChange.Parse(fields[4]),
            TimeZoneChange.Parse(fields[5]));
    }
}
