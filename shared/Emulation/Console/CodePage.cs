using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Loader;

namespace PortableVirt.Emulation.Console;

/// <summary>
/// A code page of the system library (nls/c_NNN.nls): 16-bit words; word 0 the header's length, word 2 the largest character in
/// bytes, word 3 the default character; behind the header the length of the table, 256 characters, a glyph table's length and the
/// table, the number of double-byte ranges and, if any, 256 offsets of rows (measured on libwine 8.0's files).
/// </summary>
internal sealed class CodePage
{
    private readonly ushort[] _words;
    private readonly int _single;
    private readonly int _rows;
    private Dictionary<char, ushort>? _inverse;

    private CodePage(ushort[] words, int single, int rows) => (_words, _single, _rows) = (words, single, rows);

    /// <summary>Reads a code page; null when there is none of that number or its file is not as described.</summary>
    public static CodePage? TryLoad(IFileSource files, uint number)
    {
        using FileExtent? file = files.TryOpen(string.Create(CultureInfo.InvariantCulture, $"c_{number:000}.nls"));
        if (file is null)
        {
            return null;
        }
        byte[] bytes = file.ReadAll();
        ushort[] words = MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan(0, bytes.Length & ~1)).ToArray();
        int single = words.Length > 2 ? words[0] + 1 : int.MaxValue;
        if (single + 258 > words.Length)
        {
            return null;
        }
        int ranges = single + 257 + words[single + 256];
        int rows = words[2] == 2 && ranges + 257 <= words.Length && words[ranges] != 0 ? ranges + 1 : 0;
        return new CodePage(words, single, rows);
    }

    /// <summary>The byte starts a double-byte character.</summary>
    public bool IsLead(byte b) => _rows != 0 && _words[_rows + b] != 0;

    /// <summary>A single-byte character.</summary>
    public char Decode(byte b) => (char)_words[_single + b];

    /// <summary>A double-byte character.</summary>
    public char Decode(byte lead, byte trail)
    {
        int index = _rows + _words[_rows + lead] + trail;
        return index < _words.Length ? (char)_words[index] : '\xfffd';
    }

    /// <summary>Text in the code page; '?' for what it lacks.</summary>
    public byte[] Encode(ReadOnlySpan<char> text)
    {
        Dictionary<char, ushort> inverse = _inverse ??= Invert();
        List<byte> bytes = new(text.Length);
        foreach (char c in text)
        {
            ushort code = inverse.GetValueOrDefault(c, (ushort)'?');
            if (code > 0xff)
            {
                bytes.Add((byte)(code >> 8));
            }
            bytes.Add((byte)code);
        }
        return [.. bytes];
    }

    private Dictionary<char, ushort> Invert()
    {
        Dictionary<char, ushort> inverse = [];
        for (int b = 0; b < 256; b++)
        {
            if (!IsLead((byte)b))
            {
                inverse.TryAdd(Decode((byte)b), (ushort)b);
                continue;
            }
            for (int trail = 1; trail < 256; trail++)
            {
                inverse.TryAdd(Decode((byte)b, (byte)trail), (ushort)((b << 8) | trail));
            }
        }
        return inverse;
    }
}
