using System.Buffers.Binary;

namespace PortableVirt.Emulation.Sockets.Icmp;

/// <summary>
/// libwine's request for an echo (struct nsiproxy_icmp_echo: debugging data of libwine 8.0's iphlpapi.dll) and ICMP_ECHO_REPLY of 64-bit programs
/// (ipexport.h).
/// </summary>
internal static class EchoMessage
{
    /// <summary>Bytes of the request before the options and the data.</summary>
    public const int RequestHeader = 80;

    /// <summary>Bytes of ICMP_ECHO_REPLY.</summary>
    public const int ReplyLength = 40;

    /// <summary>Longest data that a datagram takes.</summary>
    public const int MaximumData = 65500;

    private const int HeaderLength = 8;
    private const byte EchoRequestType = 8, EchoReplyType = 0;

    /// <summary>The datagram; the host's kernel puts in its id and the checksum.</summary>
    public static byte[] Write(ushort sequence, ReadOnlySpan<byte> data)
    {
        byte[] message = new byte[HeaderLength + data.Length];
        message[0] = EchoRequestType;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), sequence);
        data.CopyTo(message.AsSpan(HeaderLength));
        return message;
    }

    /// <summary>Reads a datagram; false when it is not the answer to the sequence number.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, ushort sequence, out ReadOnlySpan<byte> data)
    {
        data = message.Length < HeaderLength ? default : message[HeaderLength..];
        return message.Length >= HeaderLength && message[0] == EchoReplyType && BinaryPrimitives.ReadUInt16BigEndian(message[6..]) == sequence;
    }

    /// <summary>ICMP_ECHO_REPLY with its data behind it.</summary>
    /// <param name="address">The answerer's IPv4 address, in the network's order.</param>
    /// <param name="status">IP_STATUS: 0, or why there is no answer.</param>
    /// <param name="milliseconds">How long it took.</param>
    /// <param name="timeToLive">Of the answer.</param>
    /// <param name="data">The answer's data.</param>
    /// <param name="userAddress">Where the program will find the reply.</param>
    public static byte[] Reply(ReadOnlySpan<byte> address, uint status, uint milliseconds, byte timeToLive, ReadOnlySpan<byte> data, ulong userAddress)
    {
        byte[] reply = new byte[ReplyLength + data.Length];
        address.CopyTo(reply);
        BinaryPrimitives.WriteUInt32LittleEndian(reply.AsSpan(4), status);
        BinaryPrimitives.WriteUInt32LittleEndian(reply.AsSpan(8), milliseconds);
        BinaryPrimitives.WriteUInt16LittleEndian(reply.AsSpan(12), (ushort)data.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(reply.AsSpan(14), status == 0 ? (ushort)1 : (ushort)0);
        BinaryPrimitives.WriteUInt64LittleEndian(reply.AsSpan(16), unchecked(userAddress + ReplyLength));
        reply[24] = timeToLive;
        data.CopyTo(reply.AsSpan(ReplyLength));
        return reply;
    }
}
