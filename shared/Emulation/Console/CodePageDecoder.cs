using System.Text;

namespace PortableVirt.Emulation.Console;

/// <summary>Decodes a stream of bytes in a code page; a character that a write has cut in two waits for the rest.</summary>
internal sealed class CodePageDecoder
{
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private byte? _lead;

    /// <summary>The text of some bytes.</summary>
    /// <param name="table">The code page, or null for UTF-8.</param>
    public string Decode(ReadOnlySpan<byte> bytes, CodePage? table)
    {
        if (table is null)
        {
            char[] chars = new char[bytes.Length + 2];
            return new string(chars, 0, _utf8.GetChars(bytes, chars, false));
        }
        StringBuilder text = new(bytes.Length);
        foreach (byte b in bytes)
        {
            if (_lead is { } lead)
            {
                text.Append(table.Decode(lead, b));
                _lead = null;
            }
            else if (table.IsLead(b))
            {
                _lead = b;
            }
            else
            {
                text.Append(table.Decode(b));
            }
        }
        return text.ToString();
    }
}
