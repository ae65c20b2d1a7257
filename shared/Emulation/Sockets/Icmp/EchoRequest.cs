using System.Diagnostics;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Sockets.Icmp;

/// <summary>An echo that waits for its answer on a host thread of its own.</summary>
/// <param name="reply">Where the result goes.</param>
/// <param name="socket">The socket, over which the echo was sent; the request owns it.</param>
/// <param name="peer">To whom.</param>
/// <param name="output">Where the answer goes.</param>
/// <param name="outputLength">Room there, in bytes.</param>
/// <param name="userAddress">Where the program will find the answer.</param>
/// <param name="milliseconds">How long to wait.</param>
internal sealed class EchoRequest(IoReply reply, EchoSocket socket, SocketAddress peer, GuestPointer output, uint outputLength, ulong userAddress, uint milliseconds) : IoRequest(reply)
{
    /// <summary>The one sequence number of a socket.</summary>
    public const ushort Sequence = 1;

    private const int Slice = 50, MostAtOnce = 64;
    private const uint NetUnreachable = 11002, HostUnreachable = 11003, PortUnreachable = 11005, TooBig = 11009, TimedOut = 11010, GeneralFailure = 11050;
    private static int _count;

    /// <summary>Begins to wait; false when too many echoes of this host process wait already.</summary>
    public bool TryStart()
    {
        if (Interlocked.Increment(ref _count) > MostAtOnce)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }
        new Thread(Run) { IsBackground = true, Name = "echo" }.Start();
        return true;
    }

    /// <summary>What IP_STATUS says of an errno.</summary>
    public static uint ToIpStatus(int error) => error switch
    {
        SocketError.ENETUNREACH => NetUnreachable,
        SocketError.EHOSTUNREACH => HostUnreachable,
        SocketError.ECONNREFUSED => PortUnreachable,
        SocketError.EMSGSIZE => TooBig,
        _ => GeneralFailure,
    };

    /// <inheritdoc/>
    protected override void OnCancel()
    {
        // The thread finds the request ended within a slice of its wait.
    }

    private void Run()
    {
        try
        {
            byte[] buffer = new byte[ushort.MaxValue];
            Stopwatch clock = Stopwatch.StartNew();
            while (!IsCompleted)
            {
                long left = milliseconds - clock.ElapsedMilliseconds;
                if (left <= 0)
                {
                    End(EchoMessage.Reply(peer.Address.GetAddressBytes(), TimedOut, 0, 0, [], userAddress));
                    return;
                }
                if (!socket.Wait((int)Math.Min(left, Slice)))
                {
                    continue;
                }
                int length = socket.Receive(buffer, out byte timeToLive);
                if (length < 0 && -length is not (Errno.EAGAIN or Errno.EINTR))
                {
                    End(EchoMessage.Reply(peer.Address.GetAddressBytes(), ToIpStatus(-length), 0, 0, [], userAddress));
                    return;
                }
                if (length > 0 && EchoMessage.TryRead(buffer.AsSpan(0, length), Sequence, out ReadOnlySpan<byte> data))
                {
                    End(EchoMessage.Reply(peer.Address.GetAddressBytes(), 0, (uint)clock.ElapsedMilliseconds, timeToLive, data, userAddress));
                    return;
                }
            }
        }
        finally
        {
            socket.Dispose();
            Interlocked.Decrement(ref _count);
        }
    }

    private void End(byte[] answer)
    {
        if (!TryClaim())
        {
            return;
        }
        if ((uint)answer.Length > outputLength)
        {
            Finish(NtStatus.BufferTooSmall, 0);
            return;
        }
        Finish(Reply.Thread.Memory.TryWrite(output, answer) ? NtStatus.Success : NtStatus.AccessViolation, (ulong)answer.Length);
    }
}
