using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Sockets.Dns;

/// <summary>
/// Asks name servers: by a datagram, and by a connection where the answer was cut. An answer counts when it comes from the server that was asked, by the
/// port that asked, with the question and the random id in it.
/// </summary>
internal static class DnsClient
{
    /// <summary>The servers' port.</summary>
    public const int Port = 53;

    private const int Attempts = 2, MaximumDatagram = 4096;

    /// <summary>Asks one server after the other, each as often as the others; null when none has answered.</summary>
    /// <param name="servers">Whom to ask.</param>
    /// <param name="port">Their port.</param>
    /// <param name="name">The name.</param>
    /// <param name="type">The type of its records.</param>
    /// <param name="patience">How long to wait for each answer.</param>
    /// <param name="isStream">Ask by a connection at once.</param>
    /// <returns>The whole message, with whatever result code the server gave.</returns>
    public static byte[]? Ask(IReadOnlyList<IPAddress> servers, int port, string name, ushort type, TimeSpan patience, bool isStream)
    {
        Span<byte> id = stackalloc byte[2];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            foreach (IPAddress server in servers)
            {
                HostRandom.Fill(id);
                if (!DnsMessage.TryAsk(BinaryPrimitives.ReadUInt16BigEndian(id), name, type, out byte[] question))
                {
                    return null;
                }
                try
                {
                    byte[]? answer = isStream ? null : AskByDatagram(new IPEndPoint(server, port), question, patience);
                    if (isStream || (answer is not null && DnsMessage.IsCut(answer)))
                    {
                        answer = AskByStream(new IPEndPoint(server, port), question, patience) ?? answer;
                    }
                    if (answer is not null)
                    {
                        return answer;
                    }
                }
                catch (SocketException)
                {
                    // Not there: the next one.
                }
            }
        }
        return null;
    }

    private static byte[]? AskByDatagram(IPEndPoint server, byte[] question, TimeSpan patience)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(server);
        socket.Send(question);
        byte[] buffer = new byte[MaximumDatagram];
        long end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        for (long left; (left = end - Environment.TickCount64) > 0;)
        {
            if (!socket.Poll(TimeSpan.FromMilliseconds(left), SelectMode.SelectRead))
            {
                return null;
            }
            int count = socket.Receive(buffer);
            if (DnsMessage.IsAnswer(question, buffer.AsSpan(0, count)))
            {
                return buffer[..count];
            }
        }
        return null;
    }

    /// <summary>Each message has its length before it.</summary>
    private static byte[]? AskByStream(IPEndPoint server, byte[] question, TimeSpan patience)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            SendTimeout = (int)patience.TotalMilliseconds,
            ReceiveTimeout = (int)patience.TotalMilliseconds,
        };
        using CancellationTokenSource limit = new(patience);
        try
        {
            socket.ConnectAsync(server, limit.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)question.Length);
        socket.Send([.. length, .. question]);
        if (!TryFill(socket, length))
        {
            return null;
        }
        byte[] answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        return TryFill(socket, answer) && DnsMessage.IsAnswer(question, answer) ? answer : null;
    }

    private static bool TryFill(Socket socket, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            int count = socket.Receive(target);
            if (count == 0)
            {
                return false;
            }
            target = target[count..];
        }
        return true;
    }
}
