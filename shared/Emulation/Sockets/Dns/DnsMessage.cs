using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PortableVirt.Emulation.Sockets.Dns;

/// <summary>Messages of the domain name system (RFC 1035 section 4), as far as questions are asked and names of this computer answered.</summary>
internal static class DnsMessage
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 12;

    /// <summary>Type of an IPv4 address, a name for an address, an IPv6 address, and any.</summary>
    public const ushort Address = 1, Pointer = 12, Address6 = 28, Any = 255;

    private const ushort NameServer = 2, CanonicalName = 5, MailExchange = 15, Service = 33;
    private const int MaximumPointer = 0x3fff;
    private const ushort InternetClass = 1, RecursionDesired = 0x0100, OwnAnswer = 0x8580, QuestionName = 0xc00c;
    private const int MaximumName = 253, MaximumLabel = 63;
    private const uint TimeToLive = 86400;

    /// <summary>A question for the records of a name; false when it is no name.</summary>
    public static bool TryAsk(ushort id, string name, ushort type, out byte[] message)
    {
        List<byte> bytes = [];
        Number(bytes, id);
        Number(bytes, RecursionDesired);
        Counts(bytes, 0);
        bool isName = TryName(bytes, name);
        Number(bytes, type);
        Number(bytes, InternetClass);
        message = [.. bytes];
        return isName;
    }

    /// <summary>The answer about a name that this computer knows itself: its addresses, or the name of an address.</summary>
    /// <param name="name">The name that was asked for.</param>
    /// <param name="type">The type that was asked for; records of other types are left out.</param>
    /// <param name="addresses">The name's addresses.</param>
    /// <param name="target">The name that it points to, or null.</param>
    public static byte[] Answer(string name, ushort type, IEnumerable<IPAddress> addresses, string? target)
    {
        List<(ushort Type, byte[] Data)> records = [];
        foreach (IPAddress address in addresses)
        {
            ushort kind = address.AddressFamily == AddressFamily.InterNetwork ? Address : Address6;
            if (type == kind || type == Any)
            {
                records.Add((kind, address.GetAddressBytes()));
            }
        }
        List<byte> pointed = [];
        if (target is not null && type is Pointer or Any && TryName(pointed, target))
        {
            records.Add((Pointer, [.. pointed]));
        }
        List<byte> bytes = [];
        Number(bytes, 0);
        Number(bytes, OwnAnswer);
        Counts(bytes, (ushort)records.Count);
        TryName(bytes, name);
        Number(bytes, type);
        Number(bytes, InternetClass);
        foreach ((ushort kind, byte[] data) in records)
        {
            Number(bytes, QuestionName);
            Number(bytes, kind);
            Number(bytes, InternetClass);
            Number(bytes, unchecked((ushort)(TimeToLive >> 16)));
            Number(bytes, unchecked((ushort)TimeToLive));
            Number(bytes, (ushort)data.Length);
            bytes.AddRange(data);
        }
        return [.. bytes];
    }

    /// <summary>True where a message is the answer to a question: same id, an answer, the same question.</summary>
    public static bool IsAnswer(ReadOnlySpan<byte> question, ReadOnlySpan<byte> message) =>
        message.Length >= question.Length && message[..2].SequenceEqual(question[..2]) && (message[2] & 0x80) != 0
        && BinaryPrimitives.ReadUInt16BigEndian(message[4..]) == 1 && Ascii.EqualsIgnoreCase(message[HeaderLength..question.Length], question[HeaderLength..]);

    /// <summary>The answer did not fit into a datagram (TC).</summary>
    public static bool IsCut(ReadOnlySpan<byte> message) => (message[2] & 2) != 0;

    /// <summary>RCODE: 0 no error, 3 no such name.</summary>
    public static int ResultCode(ReadOnlySpan<byte> message) => message[3] & 15;

    /// <summary>Number of records in the answer.</summary>
    public static int AnswerCount(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message[6..]);

    /// <summary>The address that a name below in-addr.arpa or ip6.arpa stands for (RFC 1035 section 3.5, RFC 3596); null for others.</summary>
    public static IPAddress? ReverseAddress(string name)
    {
        string[] labels = name.TrimEnd('.').ToLowerInvariant().Split('.');
        if (labels is [.., "in-addr", "arpa"] && labels.Length == 6)
        {
            byte[] bytes = new byte[4];
            for (int i = 0; i < bytes.Length; i++)
            {
                if (!byte.TryParse(labels[3 - i], out bytes[i]))
                {
                    return null;
                }
            }
            return new IPAddress(bytes);
        }
        if (labels is not [.., "ip6", "arpa"] || labels.Length != 34 || labels.Take(32).Any(label => label.Length != 1))
        {
            return null;
        }
        string digits = string.Concat(labels.Take(32).Reverse());
        return digits.All(char.IsAsciiHexDigit) ? new IPAddress(Convert.FromHexString(digits)) : null;
    }

    /// <summary>
    /// The message with the root label of its last name replaced by a pointer to the question's, where a record ends with it: libwine 8.0's dnsapi takes a
    /// message that ends with a root label for a broken one. Any other message is given back as it is.
    /// </summary>
    public static byte[] WithLastNameCompressed(byte[] message)
    {
        int position = HeaderLength;
        if (!TrySkipName(message, ref position, out bool isPointer) || isPointer || position - 1 > MaximumPointer)
        {
            return message;
        }
        int root = position - 1, lengthAt = 0, type = 0;
        position += 4;
        for (int records = U16(message, 6) + U16(message, 8) + U16(message, 10); records != 0; records--)
        {
            if (!TrySkipName(message, ref position, out _) || position + 10 > message.Length)
            {
                return message;
            }
            type = U16(message, position);
            lengthAt = position + 8;
            position += 10 + U16(message, lengthAt);
        }
        int name = lengthAt + 2 + (type switch { MailExchange => 2, Service => 6, _ => 0 });
        if (lengthAt == 0 || position != message.Length || type is not (NameServer or CanonicalName or Pointer or MailExchange or Service)
            || !TrySkipName(message, ref name, out isPointer) || isPointer || name != message.Length)
        {
            return message;
        }
        byte[] changed = [.. message[..^1], (byte)(0xc0 | (root >> 8)), (byte)root];
        BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(lengthAt), (ushort)(U16(message, lengthAt) + 1));
        return changed;
    }

    private static int U16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]);

    /// <summary>Goes behind a name; false when the message ends in it.</summary>
    private static bool TrySkipName(ReadOnlySpan<byte> bytes, ref int position, out bool isPointer)
    {
        isPointer = false;
        while (position < bytes.Length)
        {
            int length = bytes[position];
            isPointer = (length & 0xc0) == 0xc0;
            position += isPointer ? 2 : length + 1;
            if (length == 0 || isPointer)
            {
                return position <= bytes.Length;
            }
            if (length > MaximumLabel)
            {
                return false;
            }
        }
        return false;
    }

    private static void Counts(List<byte> bytes, ushort answers)
    {
        Number(bytes, 1);
        Number(bytes, answers);
        Number(bytes, 0);
        Number(bytes, 0);
    }

    private static bool TryName(List<byte> bytes, string name)
    {
        string plain = name.TrimEnd('.');
        string[] labels = plain.Length == 0 ? [] : plain.Split('.');
        if (plain.Length > MaximumName || !Ascii.IsValid(plain) || labels.Any(label => label.Length is 0 or > MaximumLabel))
        {
            bytes.Add(0);
            return false;
        }
        foreach (string label in labels)
        {
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }
        bytes.Add(0);
        return true;
    }

    private static void Number(List<byte> bytes, ushort value)
    {
        bytes.Add((byte)(value >> 8));
        bytes.Add((byte)value);
    }
}
