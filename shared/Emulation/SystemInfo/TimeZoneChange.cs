using System.Buffers.Binary;
using System.Globalization;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>A yearly change between standard and daylight time, in wall-clock time before the change.</summary>
/// <param name="Month">1 to 12.</param>
/// <param name="DayOfWeek">0 (Sunday) to 6.</param>
/// <param name="Week">1 to 4, or 5 for the last one of the month.</param>
/// <param name="Minute">Minute of the day, 0 to 1439.</param>
public sealed record TimeZoneChange(int Month, int DayOfWeek, int Week, int Minute)
{
    /// <summary>Parses "month.day.week/minute"; null for "-".</summary>
    public static TimeZoneChange? Parse(string text)
    {
        if (text == "-")
        {
            return null;
        }
        int[] parts = [.. text.Split('.', '/').Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
        return new TimeZoneChange(parts[0], parts[1], parts[2], parts[3]);
    }

    /// <summary>Writes it as a SYSTEMTIME with year 0, as TIME_ZONE_INFORMATION has it: 16 bytes.</summary>
    public void Write(Span<byte> target)
    {
        ReadOnlySpan<ushort> fields = [0, (ushort)Month, (ushort)DayOfWeek, (ushort)Week, (ushort)(Minute / 60), (ushort)(Minute % 60), 0, 0];
        for (int i = 0; i < fields.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(target[(i * 2)..], fields[i]);
        }
    }

    /// <summary>The change's wall-clock time in a year.</summary>
    public DateTime In(int year)
    {
        DateTime first = new(year, Month, 1, 0, 0, 0, DateTimeKind.Utc);
        int day = 1 + ((DayOfWeek - (int)first.DayOfWeek + 7) % 7) + ((Week - 1) * 7);
        int days = DateTime.DaysInMonth(year, Month);
        while (day > days)
        {
            day -= 7;
        }
        return first.AddDays(day - 1).AddMinutes(Minute);
    }
}
