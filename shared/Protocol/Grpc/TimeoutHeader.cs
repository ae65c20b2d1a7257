using System.Globalization;

namespace PortableVirt.Protocol.Grpc;

/// <summary>The header grpc-timeout: at most eight digits and a unit H, M, S, m, u or n (PROTOCOL-HTTP2.md).</summary>
public static class TimeoutHeader
{
    private const long MaxDigits = 99_999_999;

    /// <summary>Encodes a time from now; times that have passed are "0n".</summary>
    public static string Encode(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
        {
            return "0n";
        }

        long microseconds = (timeout.Ticks + 9) / 10;
        (long Divisor, char Unit)[] units = [(1, 'u'), (1_000, 'm'), (1_000_000, 'S'), (60_000_000, 'M'), (3_600_000_000, 'H')];
        foreach ((long divisor, char unit) in units)
        {
            long value = (microseconds + divisor - 1) / divisor;
            if (value <= MaxDigits)
            {
                return value.ToString(CultureInfo.InvariantCulture) + unit;
            }
        }

        return $"{MaxDigits}H";
    }

    /// <summary>Decodes a header value.</summary>
    /// <returns>False: not a timeout.</returns>
    public static bool TryDecode(string header, out TimeSpan timeout)
    {
        timeout = default;
        if (header.Length is < 2 or > 9
            || !long.TryParse(header.AsSpan(0, header.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long value))
        {
            return false;
        }

        // The largest, 99,999,999 hours, is 3.6e18 ticks: it fits.
        long? ticks = header[^1] switch
        {
            'H' => value * TimeSpan.TicksPerHour,
            'M' => value * TimeSpan.TicksPerMinute,
            'S' => value * TimeSpan.TicksPerSecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'n' => (value + 99) / 100,
            _ => null,
        };
        timeout = new TimeSpan(ticks ?? 0);
        return ticks is not null;
    }
}
