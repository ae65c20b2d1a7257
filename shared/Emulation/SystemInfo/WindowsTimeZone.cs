using System.Buffers.Binary;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>A Windows time zone with the rules in force now.</summary>
/// <param name="KeyName">Name of its registry key, which is its standard name, too.</param>
/// <param name="Display">Offset and places, as dialogs show it.</param>
/// <param name="Bias">UTC minus standard time in minutes.</param>
/// <param name="DaylightBias">Added to the bias in daylight time; mostly -60.</param>
/// <param name="ToStandard">Change to standard time, or null when there is no daylight time.</param>
/// <param name="ToDaylight">Change to daylight time, or null.</param>
public sealed record WindowsTimeZone(string KeyName, string Display, int Bias, int DaylightBias, TimeZoneChange? ToStandard, TimeZoneChange? ToDaylight)
{
    /// <summary>Size of RTL_DYNAMIC_TIME_ZONE_INFORMATION in bytes.</summary>
    public const int DynamicInformationSize = 432;

    /// <summary>Size of RTL_TIME_ZONE_INFORMATION in bytes.</summary>
    public const int InformationSize = 172;

    /// <summary>Name of standard time.</summary>
    public string StandardName => KeyName == "UTC" ? "Coordinated Universal Time" : KeyName;

    /// <summary>Name of daylight time.</summary>
    public string DaylightName => KeyName == "UTC" ? StandardName : KeyName.Replace("Standard Time", "Daylight Time", StringComparison.Ordinal);

    /// <summary>The registry value TZI (REG_TZI_FORMAT): three biases and two SYSTEMTIMEs, 44 bytes.</summary>
    public byte[] ToTzi()
    {
        byte[] data = new byte[44];
        BinaryPrimitives.WriteInt32LittleEndian(data, Bias);
        BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(8), DaylightBias);
        ToStandard?.Write(data.AsSpan(12));
        ToDaylight?.Write(data.AsSpan(28));
        return data;
    }

    /// <summary>
    /// RTL_DYNAMIC_TIME_ZONE_INFORMATION (432 bytes), whose first 172 bytes are RTL_TIME_ZONE_INFORMATION (ntddk.h, winternl.h).
    /// </summary>
    public byte[] ToDynamicInformation()
    {
        byte[] data = new byte[DynamicInformationSize];
        BinaryPrimitives.WriteInt32LittleEndian(data, Bias);
        WriteName(data.AsSpan(4, 64), StandardName);
        ToStandard?.Write(data.AsSpan(68));
        WriteName(data.AsSpan(88, 64), DaylightName);
        ToDaylight?.Write(data.AsSpan(152));
        BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(168), DaylightBias);
        WriteName(data.AsSpan(172, 256), KeyName);
        return data;
    }

    /// <summary>The bias in force at a time (FILETIME, UTC): what has to be added to local time to get UTC, in minutes.</summary>
    public int BiasAt(long systemTime)
    {
        if (ToStandard is not { } toStandard || ToDaylight is not { } toDaylight)
        {
            return Bias;
        }
        DateTime standard = DateTime.FromFileTimeUtc(Math.Clamp(systemTime, 0, DateTime.MaxValue.ToFileTimeUtc() - TimeSpan.TicksPerDay)).AddMinutes(-Bias);
        DateTime daylightStart = toDaylight.In(standard.Year);
        DateTime daylightEnd = toStandard.In(standard.Year).AddMinutes(DaylightBias);
        bool isDaylight = daylightStart < daylightEnd
            ? standard >= daylightStart && standard < daylightEnd
            : standard >= daylightStart || standard < daylightEnd;
        return isDaylight ? Bias + DaylightBias : Bias;
    }

    private static void WriteName(Span<byte> field, string name)
    {
        int units = Math.Min(name.Length, (field.Length / 2) - 1);
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(name.AsSpan(0, units)).CopyTo(field);
    }
}
