using System.Buffers;
using System.Text;

namespace PortableVirt.Emulation.Console;

/// <summary>Turns what a terminal sends for keys (UTF-8, control characters, VT sequences as xterm sends them) into key events.</summary>
internal sealed class KeyDecoder
{
    private const uint Shift = 0x10, LeftAlt = 0x2, LeftControl = 0x8, Enhanced = 0x100;
    private const int LongestSequence = 32;

    private static readonly Dictionary<int, ushort> _tildeKeys = new()
    {
        [1] = 0x24,
        [2] = 0x2d,
        [3] = 0x2e,
        [4] = 0x23,
        [5] = 0x21,
        [6] = 0x22,
        [7] = 0x24,
        [8] = 0x23,
        [11] = 0x70,
        [12] = 0x71,
        [13] = 0x72,
        [14] = 0x73,
        [15] = 0x74,
        [17] = 0x75,
        [18] = 0x76,
        [19] = 0x77,
        [20] = 0x78,
        [21] = 0x79,
        [23] = 0x7a,
        [24] = 0x7b,
    };

    private static readonly Dictionary<char, ushort> _letterKeys = new()
    {
        ['A'] = 0x26,
        ['B'] = 0x28,
        ['C'] = 0x27,
        ['D'] = 0x25,
        ['H'] = 0x24,
        ['F'] = 0x23,
        ['P'] = 0x70,
        ['Q'] = 0x71,
        ['R'] = 0x72,
        ['S'] = 0x73,
    };

    /// <summary>Sequences are left alone: each character is a key of its own (ENABLE_VIRTUAL_TERMINAL_INPUT).</summary>
    public bool PassSequences { get; set; }

    /// <summary>
    /// Answers of the terminal that are under way to the program (cursor position, device attributes): such sequences are left
    /// alone, as they are on Windows.
    /// </summary>
    public int ExpectedReports { get; set; }

    /// <summary>Decodes as much as is complete; gives how many bytes were used.</summary>
    public int Decode(ReadOnlySpan<byte> input, Queue<InputRecord> keys)
    {
        int used = 0;
        while (used < input.Length)
        {
            int count = input[used] == 0x1b && !PassSequences ? DecodeEscape(input[used..], keys) : DecodeCharacter(input[used..], 0, keys);
            if (count == 0)
            {
                break;
            }
            used += count;
        }
        return used;
    }

    private static int DecodeCharacter(ReadOnlySpan<byte> input, uint modifiers, Queue<InputRecord> keys)
    {
        byte b = input[0];
        if (b < 0x80)
        {
            (ushort key, uint extra) = b switch
            {
                (byte)'\r' or (byte)'\n' => ((ushort)0x0d, 0u),
                (byte)'\t' => ((ushort)0x09, 0u),
                0x7f => ((ushort)0x08, 0u),
                8 => ((ushort)0x08, LeftControl),
                0x1b => ((ushort)0x1b, 0u),
                0 => ((ushort)0x20, LeftControl),
                < 0x1b => ((ushort)('A' + b - 1), LeftControl),
                < 0x20 => ((ushort)0xdb, LeftControl),
                >= (byte)'a' and <= (byte)'z' => ((ushort)(b - 0x20), 0u),
                >= (byte)'A' and <= (byte)'Z' => ((ushort)b, Shift),
                >= (byte)'0' and <= (byte)'9' or (byte)' ' => ((ushort)b, 0u),
                _ => ((ushort)0, 0u),
            };
            char character = b switch { (byte)'\n' => '\r', 0x7f => '\b', 8 => '\x7f', _ => (char)b };
            Press(key, character, modifiers | extra, keys);
            return 1;
        }
        OperationStatus status = Rune.DecodeFromUtf8(input, out Rune rune, out int used);
        if (status == OperationStatus.NeedMoreData)
        {
            return 0;
        }
        Span<char> chars = stackalloc char[2];
        foreach (char c in chars[..rune.EncodeToUtf16(chars)])
        {
            Press(0, c, modifiers, keys);
        }
        return used;
    }

    private int DecodeEscape(ReadOnlySpan<byte> input, Queue<InputRecord> keys)
    {
        if (input.Length == 1)
        {
            Press(0x1b, '\x1b', 0, keys);
            return 1;
        }
        if (input[1] is not ((byte)'[' or (byte)'O'))
        {
            int count = DecodeCharacter(input[1..], LeftAlt, keys);
            return count == 0 ? 0 : count + 1;
        }
        int end = 2;
        while (end < input.Length && end < LongestSequence && input[end] is >= 0x20 and < 0x40)
        {
            end++;
        }
        if (end >= input.Length)
        {
            return input.Length == 2 ? DecodeCharacter(input[1..], LeftAlt, keys) + 1 : 0;
        }
        if (ExpectedReports > 0 && input[1] == '[' && input[end] is (byte)'R' or (byte)'c' or (byte)'n' or (byte)'u')
        {
            ExpectedReports--;
            foreach (byte b in input[..(end + 1)])
            {
                Press(0, (char)b, 0, keys);
            }
            return end + 1;
        }
        string[] parameters = Encoding.ASCII.GetString(input[2..end]).Split(';');
        char final = (char)input[end];
        _ = int.TryParse(parameters[0], out int first);
        int modifier = parameters.Length > 1 && int.TryParse(parameters[1], out int second) && second is > 1 and <= 16 ? second - 1 : 0;
        uint state = ((modifier & 1) != 0 ? Shift : 0) | ((modifier & 2) != 0 ? LeftAlt : 0) | ((modifier & 4) != 0 ? LeftControl : 0);
        if (final == '~' ? _tildeKeys.TryGetValue(first, out ushort key) : _letterKeys.TryGetValue(final, out key))
        {
            Press(key, '\0', state | Enhanced, keys);
        }
        else if (final == 'Z')
        {
            Press(0x09, '\t', Shift, keys);
        }
        return end + 1;
    }

    private static void Press(ushort key, char character, uint modifiers, Queue<InputRecord> keys)
    {
        keys.Enqueue(InputRecord.Key(true, key, character, modifiers));
        keys.Enqueue(InputRecord.Key(false, key, character, modifiers));
    }
}
