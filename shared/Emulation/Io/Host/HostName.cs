using System.Buffers;
using System.Text;

namespace PortableVirt.Emulation.Io.Host;

/// <summary>
/// Turns host file names (bytes) into names that Windows can spell, and back, without loss. Valid UTF-8 becomes UTF-16.
/// What Windows cannot spell is shown in the private use area U+F000..U+F0FF: U+F000 + the character for control characters,
/// "*:&lt;&gt;?|\ and a trailing dot or space (the convention of Samba and WSL), U+F000 + the byte for bytes that are no valid
/// UTF-8 or that spell U+F000..U+F0FF itself.
/// </summary>
public static class HostName
{
    private const char EscapeBase = '\uf000';
    private static readonly SearchValues<byte> Plain = SearchValues.Create("!#$%&'()+,-0123456789;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{}~"u8);

    /// <summary>The Windows spelling of one host name, which must not be "." or "..".</summary>
    public static string FromHost(ReadOnlySpan<byte> name)
    {
        int special = name.IndexOfAnyExcept(Plain);
        if (special < 0)
        {
            return Encoding.ASCII.GetString(name);
        }
        StringBuilder result = new(name.Length);
        Span<char> chars = stackalloc char[2];
        for (int i = 0; i < name.Length;)
        {
            byte b = name[i];
            if (b < 0x80)
            {
                bool isLast = i == name.Length - 1;
                bool escape = b < 0x20 || b == 0x7f || "\"*:<>?|\\"u8.Contains(b) || (isLast && b is (byte)'.' or (byte)' ');
                result.Append(escape ? (char)(EscapeBase + b) : (char)b);
                i++;
                continue;
            }
            OperationStatus status = Rune.DecodeFromUtf8(name[i..], out Rune rune, out int used);
            if (status == OperationStatus.Done && rune.Value is < 0xf000 or > 0xf0ff)
            {
                result.Append(chars[..rune.EncodeToUtf16(chars)]);
                i += used;
                continue;
            }
            if (TryDecodeSurrogate(name, i, result, out char surrogate))
            {
                result.Append(surrogate);
                i += 3;
                continue;
            }
            result.Append((char)(EscapeBase + b));
            i++;
        }
        return result.ToString();
    }

    /// <summary>The host's spelling of a path made of Windows-spelled names joined by '/', with a terminating zero.</summary>
    public static byte[] ToHost(ReadOnlySpan<char> path)
    {
        byte[] buffer = new byte[(path.Length * 3) + 1];
        int length = 0;
        for (int i = 0; i < path.Length; i++)
        {
            char c = path[i];
            if (c < 0x80)
            {
                buffer[length++] = (byte)c;
            }
            else if (c is > EscapeBase and <= '\uf0ff' and not '\uf02f')
            {
                buffer[length++] = (byte)(c - EscapeBase);
            }
            else if (char.IsHighSurrogate(c) && i + 1 < path.Length && char.IsLowSurrogate(path[i + 1]))
            {
                length += new Rune(c, path[++i]).EncodeToUtf8(buffer.AsSpan(length));
            }
            else if (char.IsSurrogate(c))
            {
                buffer[length++] = 0xed;
                buffer[length++] = (byte)(0x80 | ((c >> 6) & 0x3f));
                buffer[length++] = (byte)(0x80 | (c & 0x3f));
            }
            else
            {
                length += new Rune(c).EncodeToUtf8(buffer.AsSpan(length));
            }
        }
        return length + 1 == buffer.Length ? buffer : buffer.AsSpan(0, length + 1).ToArray();
    }

    /// <summary>The Windows spelling, parts joined by '/', of a host path that is known as text (a grant, a folder of ours).</summary>
    public static string PathFromHost(string path) => PathFromHost(Encoding.UTF8.GetBytes(path));

    /// <summary>As above, from bytes.</summary>
    public static string PathFromHost(ReadOnlySpan<byte> path)
    {
        StringBuilder result = new(path.Length);
        while (true)
        {
            int cut = path.IndexOf((byte)'/');
            ReadOnlySpan<byte> part = cut < 0 ? path : path[..cut];
            result.Append(part.SequenceEqual("."u8) || part.SequenceEqual(".."u8) ? Encoding.ASCII.GetString(part) : FromHost(part));
            if (cut < 0)
            {
                return result.ToString();
            }
            result.Append('/');
            path = path[(cut + 1)..];
        }
    }

    private static bool TryDecodeSurrogate(ReadOnlySpan<byte> name, int index, StringBuilder before, out char surrogate)
    {
        surrogate = default;
        if (!IsSurrogateAt(name, index))
        {
            return false;
        }
        surrogate = (char)(0xd000 | ((name[index + 1] & 0x3f) << 6) | (name[index + 2] & 0x3f));
        bool joinsBefore = char.IsLowSurrogate(surrogate) && before.Length > 0 && char.IsHighSurrogate(before[^1]);
        bool joinsAfter = char.IsHighSurrogate(surrogate) && IsSurrogateAt(name, index + 3) && name[index + 4] >= 0xb0;
        return !joinsBefore && !joinsAfter;
    }

    private static bool IsSurrogateAt(ReadOnlySpan<byte> name, int index) =>
        index + 2 < name.Length && name[index] == 0xed && name[index + 1] is >= 0xa0 and <= 0xbf && name[index + 2] is >= 0x80 and <= 0xbf;
}
