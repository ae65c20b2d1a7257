using System.Globalization;

namespace PortableVirt.Emulation.Console;

/// <summary>Console colours (wincon.h: foreground bits 0-3, background bits 4-7, in the order blue, green, red, intensity) and SGR.</summary>
internal static class ConsoleColours
{
    private const ushort ReverseVideo = 0x4000;
    private const ushort Underscore = 0x8000;

    /// <summary>The colour table of Windows, 0x00BBGGRR.</summary>
    public static ReadOnlySpan<uint> Table =>
    [
        0x000000, 0x800000, 0x008000, 0x808000, 0x000080, 0x800080, 0x008080, 0xc0c0c0,
        0x808080, 0xff0000, 0x00ff00, 0xffff00, 0x0000ff, 0xff00ff, 0x00ffff, 0xffffff,
    ];

    /// <summary>The SGR sequence that sets colours.</summary>
    public static string Rendition(ushort attributes)
    {
        string extra = ((attributes & ReverseVideo) != 0 ? ";7" : "") + ((attributes & Underscore) != 0 ? ";4" : "");
        if ((attributes & 0xff) == ScreenBuffer.DefaultAttributes)
        {
            return "\x1b[0" + extra + "m";
        }
        int foreground = Swap(attributes & 7) + ((attributes & 8) != 0 ? 90 : 30);
        int background = Swap((attributes >> 4) & 7) + ((attributes & 0x80) != 0 ? 100 : 40);
        string back = (attributes & 0xf0) == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $";{background}");
        return string.Create(CultureInfo.InvariantCulture, $"\x1b[0;{foreground}{back}{extra}m");
    }

    /// <summary>Console colours after an SGR sequence; colours beyond the 16 leave them alone.</summary>
    public static ushort Follow(ushort attributes, IReadOnlyList<int> parameters)
    {
        if (parameters.Count == 0)
        {
            return ScreenBuffer.DefaultAttributes;
        }
        for (int i = 0; i < parameters.Count; i++)
        {
            int code = parameters[i];
            if (code is 38 or 48)
            {
                int skip = i + 1 < parameters.Count && parameters[i + 1] == 2 ? 4 : 2;
                i += skip;
                continue;
            }
            attributes = (ushort)(code switch
            {
                0 => ScreenBuffer.DefaultAttributes,
                1 => attributes | 8,
                4 => attributes | Underscore,
                7 => attributes | ReverseVideo,
                22 => attributes & ~8,
                24 => attributes & ~Underscore,
                27 => attributes & ~ReverseVideo,
                >= 30 and <= 37 => (attributes & ~7) | Swap(code - 30),
                39 => (attributes & ~0xf) | ScreenBuffer.DefaultAttributes,
                >= 40 and <= 47 => (attributes & ~0x70) | (Swap(code - 40) << 4),
                49 => attributes & ~0xf0,
                >= 90 and <= 97 => (attributes & ~0xf) | 8 | Swap(code - 90),
                >= 100 and <= 107 => (attributes & ~0xf0) | ((8 | Swap(code - 100)) << 4),
                _ => attributes,
            });
        }
        return attributes;
    }

    /// <summary>SGR orders the bits red, green, blue; the console blue, green, red.</summary>
    private static int Swap(int colour) => ((colour & 1) << 2) | (colour & 2) | ((colour & 4) >> 2);
}
