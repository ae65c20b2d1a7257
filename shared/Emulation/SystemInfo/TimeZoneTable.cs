using System.Globalization;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>The Windows time zones and the tz database names that belong to each (Data/time-zones.txt).</summary>
public sealed class TimeZoneTable
{
    private readonly List<(WindowsTimeZone Zone, string Names)> _zones = [];

    /// <summary>Reads the table that the assembly holds.</summary>
    public TimeZoneTable()
    {
        foreach (ReadOnlySpan<char> line in EmbeddedText.Read("time-zones.txt").AsSpan().EnumerateLines())
        {
            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }
            string[] fields = line.ToString().Split('\t');
            _zones.Add((new WindowsTimeZone(
                fields[0],
                fields[1],
                int.Parse(fields[2], CultureInfo.InvariantCulture),
                int.Parse(fields[3], CultureInfo.InvariantCulture),
                TimeZoneChange.Parse(fields[4]),
                TimeZoneChange.Parse(fields[5])), fields[6]));
        }
    }

    /// <summary>All zones, from west to east.</summary>
    public IEnumerable<WindowsTimeZone> Zones => _zones.Select(entry => entry.Zone);

    /// <summary>The zone with a Windows key name, or null.</summary>
    public WindowsTimeZone? FindByKeyName(string keyName) =>
        _zones.Find(entry => entry.Zone.KeyName.Equals(keyName, StringComparison.OrdinalIgnoreCase)).Zone;

    /// <summary>The zone of a tz database name such as "Europe/Berlin", or null.</summary>
    public WindowsTimeZone? FindByTzName(string tzName) =>
        _zones.Find(entry => entry.Names.Split(' ').Contains(tzName, StringComparer.OrdinalIgnoreCase)).Zone;

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
}
