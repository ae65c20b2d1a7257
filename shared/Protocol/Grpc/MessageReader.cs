using System.Buffers.Binary;
using Google.Protobuf;

namespace PortableVirt.Protocol.Grpc;

/// <summary>Reads length-prefixed messages from the body of a request or response. Memory grows with what has arrived, never
/// with what a header claims.</summary>
/// <typeparam name="T">The message.</typeparam>
/// <param name="body">The body.</param>
/// <param name="parser">Reads one message.</param>
/// <param name="maxMessageLength">Largest accepted message in bytes.</param>
public sealed class MessageReader<T>(Stream body, MessageParser<T> parser, int maxMessageLength)
    where T : class, IMessage<T>
{
    private const int FirstChunk = 16 * 1024;
    private readonly byte[] _header = new byte[MessageFrame.HeaderLength];
    private byte[] _buffer = [];

    /// <summary>Reads one message; null at the end of the body.</summary>
    /// <exception cref="GrpcException">Internal: cut off or not a message; Unimplemented: compressed; ResourceExhausted: larger than the limit.</exception>
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        int got = await body.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (got == 0)
        {
            return null;
        }

        if (got < _header.Length)
        {
            throw CutOff();
        }

        if (_header[0] != 0)
        {
            throw _header[0] == 1
                ? new GrpcException(StatusCode.Unimplemented, "compressed messages are not supported")
                : new GrpcException(StatusCode.Internal, "the message's compression flag is neither 0 nor 1");
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(1));
        if (length > (uint)maxMessageLength)
        {
            throw new GrpcException(StatusCode.ResourceExhausted, $"a message of {length} bytes is larger than the limit of {maxMessageLength} bytes");
        }

        await FillAsync((int)length, cancellationToken).ConfigureAwait(false);
        try
        {
            return parser.ParseFrom(_buffer.AsSpan(0, (int)length));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new GrpcException(StatusCode.Internal, $"the message is not a {typeof(T).Name}: {e.Message}", e);
        }
    }

    private static GrpcException CutOff() => new(StatusCode.Internal, "the stream ended in the middle of a message");

    private async ValueTask FillAsync(int length, CancellationToken cancellationToken)
    {
        int filled = 0;
        while (filled < length)
        {
            if (_buffer.Length == filled)
            {
                Array.Resize(ref _buffer, (int)Math.Min(length, Math.Max(FirstChunk, (long)filled * 2)));
            }

            int wanted = Math.Min(_buffer.Length, length) - filled;
            int got = await body.ReadAtLeastAsync(_buffer.AsMemory(filled, wanted), wanted, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            if (got < wanted)
            {
                throw CutOff();
            }

            filled += got;
        }
    }
}
