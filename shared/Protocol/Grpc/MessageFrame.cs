using System.Buffers.Binary;
using Google.Protobuf;

namespace PortableVirt.Protocol.Grpc;

/// <summary>Writes messages as gRPC's length-prefixed messages: a byte "compressed", four bytes of length (big-endian), the message.
/// Source: gRPC's PROTOCOL-HTTP2.md.</summary>
public static class MessageFrame
{
    /// <summary>Bytes before each message.</summary>
    public const int HeaderLength = 5;

    /// <summary>Largest message by default, in bytes; gRPC's own default.</summary>
    public const int DefaultMaxMessageLength = 4 * 1024 * 1024;

    /// <summary>Frames one message, uncompressed.</summary>
    public static byte[] Encode(IMessage message)
    {
        int length = message.CalculateSize();
        byte[] frame = new byte[HeaderLength + length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)length);
        message.WriteTo(frame.AsSpan(HeaderLength));
        return frame;
    }
}
