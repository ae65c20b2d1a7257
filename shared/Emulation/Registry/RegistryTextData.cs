using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace PortableVirt.Emulation.Registry;

/// <summary>The data part of a line of the registry text format, both ways.</summary>
internal static class RegistryTextData
{
    /// <summary>Reads the data of a value.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, IReadOnlyDictionary<string, string>? variables, out RegistryValueType type, out byte[] data)
    {
        type = RegistryValueType.String;
        data = [];
        if (text.IsEmpty)
        {
            return false;
        }
        if (text[0] == '"')
        {
            return TryReadText(text, variables, terminated: true, out data);
        }
        int colon = text.IndexOf(':');
        if (colon < 0)
        {
            return false;
        }
        ReadOnlySpan<char> kind = text[..colon], rest = text[(colon + 1)..];
        switch (kind)
        {
            case "dword":
                type = RegistryValueType.Dword;
                data = new byte[4];
                bool isDword = uint.TryParse(rest, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint dword);
                BinaryPrimitives.WriteUInt32LittleEndian(data, dword);
                return isDword;
            case "qword":
                type = RegistryValueType.Qword;
                data = new byte[8];
                bool isQword = ulong.TryParse(rest, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong qword);
                BinaryPrimitives.WriteUInt64LittleEndian(data, qword);
                return isQword;
            case "expand":
                type = RegistryValueType.ExpandString;
                return TryReadText(rest, variables, terminated: true, out data);
            case "link":
                type = RegistryValueType.Link;
                return TryReadText(rest, variables, terminated: false, out data);
            case "multi":
                type = RegistryValueType.MultiString;
                return TryReadList(rest, variables, out data);
            case "hex":
                type = RegistryValueType.Binary;
                return TryReadHex(rest, out data);
            default:
                bool isTyped = kind.StartsWith("hex(") && kind[^1] == ')' && uint.TryParse(kind[4..^1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint number)
                    && (type = (RegistryValueType)number) == (RegistryValueType)number;
                return isTyped && TryReadHex(rest, out data);
        }
    }

    /// <summary>Takes a quoted text off the front of <paramref name="text"/>.</summary>
    public static bool TryReadQuoted(ref ReadOnlySpan<char> text, IReadOnlyDictionary<string, string>? variables, out string value)
    {
        value = "";
        if (text.IsEmpty || text[0] != '"')
        {
            return false;
        }
        int plain = text[1..].IndexOfAny('"', '\\', '$');
        if (plain >= 0 && text[1 + plain] == '"')
        {
            value = new string(text.Slice(1, plain));
            text = text[(plain + 2)..];
            return true;
        }
        StringBuilder builder = new(text.Length);
        for (int i = 1; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '"')
            {
                value = builder.ToString();
                text = text[(i + 1)..];
                return true;
            }
            if (c == '\\')
            {
                if (!TryReadEscape(text, ref i, out c))
                {
                    return false;
                }
            }
            else if (c == '$' && variables is not null && i + 1 < text.Length && text[i + 1] == '(')
            {
                int end = text[i..].IndexOf(')');
                if (end < 0 || !variables.TryGetValue(new string(text.Slice(i + 2, end - 2)), out string? variable))
                {
                    return false;
                }
                builder.Append(variable);
                i += end;
                continue;
            }
            builder.Append(c);
        }
        return false;
    }

    /// <summary>Writes the data of a value in the most readable form that gives the same bytes back.</summary>
    public static void Write(StringBuilder output, RegistryValueType type, byte[] data)
    {
        switch (type)
        {
            case RegistryValueType.Dword when data.Length == 4:
                output.Append(CultureInfo.InvariantCulture, $"dword:{BinaryPrimitives.ReadUInt32LittleEndian(data):x8}");
                break;
            case RegistryValueType.Qword when data.Length == 8:
                output.Append(CultureInfo.InvariantCulture, $"qword:{BinaryPrimitives.ReadUInt64LittleEndian(data):x16}");
                break;
            case RegistryValueType.String or RegistryValueType.ExpandString when IsTerminatedText(data):
                output.Append(type == RegistryValueType.String ? "" : "expand:");
                WriteQuoted(output, MemoryMarshal.Cast<byte, char>(data.AsSpan(0, data.Length - 2)));
                break;
            case RegistryValueType.Link when data.Length % 2 == 0:
                output.Append("link:");
                WriteQuoted(output, MemoryMarshal.Cast<byte, char>(data.AsSpan()));
                break;
            default:
                output.Append(type == RegistryValueType.Binary ? "hex:" : string.Create(CultureInfo.InvariantCulture, $"hex({(uint)type:x}):"));
                output.Append(Convert.ToHexStringLower(data));
                break;
        }
    }

    /// <summary>Writes a text in quotes.</summary>
    public static void WriteQuoted(StringBuilder output, ReadOnlySpan<char> text)
    {
        output.Append('"');
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool isPair = char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (c is '"' or '\\')
            {
                output.Append('\\').Append(c);
            }
            else if (isPair)
            {
                output.Append(c).Append(text[++i]);
            }
            else if (char.IsSurrogate(c) || char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF')
            {
                output.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                output.Append(c);
            }
        }
        output.Append('"');
    }

    private static bool IsTerminatedText(byte[] data) =>
        data.Length >= 2 && data.Length % 2 == 0 && data[^1] == 0 && data[^2] == 0;

    private static bool TryReadEscape(ReadOnlySpan<char> text, ref int index, out char c)
    {
        c = '\0';
        if (++index == text.Length)
        {
            return false;
        }
        switch (text[index])
        {
            case '\\' or '"':
                c = text[index];
                return true;
            case 'n':
                c = '\n';
                return true;
            case 'r':
                c = '\r';
                return true;
            case 't':
                c = '\t';
                return true;
            case '0':
                return true;
            case 'u' when index + 4 < text.Length && ushort.TryParse(text.Slice(index + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort unit):
                c = (char)unit;
                index += 4;
                return true;
            default:
                return false;
        }
    }

    private static bool TryReadText(ReadOnlySpan<char> text, IReadOnlyDictionary<string, string>? variables, bool terminated, out byte[] data)
    {
        bool ok = TryReadQuoted(ref text, variables, out string value) && text.IsWhiteSpace();
        data = !ok ? [] : terminated ? KeyValue.Encode(value) : MemoryMarshal.AsBytes(value.AsSpan()).ToArray();
        return ok;
    }

    private static bool TryReadList(ReadOnlySpan<char> text, IReadOnlyDictionary<string, string>? variables, out byte[] data)
    {
        StringBuilder list = new();
        data = [];
        for (text = text.Trim(); !text.IsEmpty; text = text.TrimStart())
        {
            if (list.Length != 0)
            {
                if (text[0] != ',')
                {
                    return false;
                }
                text = text[1..].TrimStart();
            }
            if (!TryReadQuoted(ref text, variables, out string value))
            {
                return false;
            }
            list.Append(value).Append('\0');
        }
        data = KeyValue.Encode(list.ToString());
        return true;
    }

    private static bool TryReadHex(ReadOnlySpan<char> text, out byte[] data)
    {
        char[] digits = new char[text.Length];
        int count = 0;
        foreach (char c in text)
        {
            if (c is not (',' or ' '))
            {
                digits[count++] = c;
            }
        }
        data = new byte[count / 2];
        return count % 2 == 0 && Convert.FromHexString(digits.AsSpan(0, count), data, out _, out _) == System.Buffers.OperationStatus.Done;
    }
}
