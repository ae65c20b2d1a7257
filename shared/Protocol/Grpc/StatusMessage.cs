using System.Text;

namespace PortableVirt.Protocol.Grpc;

/// <summary>The header grpc-message: UTF-8, where bytes outside 0x20-0x7E and '%' are percent-encoded (PROTOCOL-HTTP2.md).</summary>
public static class StatusMessage
{
    private const int MaxLength = 4096;

    /// <summary>Encodes a message for the header. Messages above 4096 bytes are cut, so that no header block limit is met.</summary>
    public static string Encode(string message)
    {
        StringBuilder text = new();
        foreach (byte b in Encoding.UTF8.GetBytes(message))
        {
            if (text.Length >= MaxLength)
            {
                break;
            }

            if (b is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                text.Append((char)b);
            }
            else
            {
                text.Append('%').Append(b.ToString("X2", null));
            }
        }

        return text.ToString();
    }

    /// <summary>Decodes a header value. Broken escapes stay as they are, as the specification wants.</summary>
    public static string Decode(string header)
    {
        if (!header.Contains('%', StringComparison.Ordinal))
        {
            return header;
        }

        byte[] source = Encoding.UTF8.GetBytes(header);
        byte[] bytes = new byte[source.Length];
        int count = 0;
        for (int i = 0; i < source.Length; i++)
        {
            if (source[i] == '%' && i + 2 < source.Length && char.IsAsciiHexDigit((char)source[i + 1]) && char.IsAsciiHexDigit((char)source[i + 2]))
            {
                bytes[count++] = (byte)((HexValue(source[i + 1]) << 4) | HexValue(source[i + 2]));
                i += 2;
            }
            else
            {
                bytes[count++] = source[i];
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    private static int HexValue(byte digit) => digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
