using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// AcceptEx: waits in the listening socket's queue for a connection, then, when data is wanted, at the accepting socket for its
/// first bytes. Output: data, then each address after its length (GetAcceptExSockaddrs knows the places).
/// </summary>
internal sealed class AcceptIntoRequest(IoReply reply, SocketFile listener, SocketFile target, GuestPointer output, uint receiveLength, uint localLength, uint outputLength)
    : SocketRequest(reply, listener)
{
    private const uint MaximumFirstData = 1 << 20;

    private bool _isAccepted;

    /// <summary>The connection has come; the first data is awaited.</summary>
    public bool AwaitsData => Volatile.Read(ref _isAccepted);

    /// <summary>Called for the listener. Leaves its queue as soon as there is a connection.</summary>
    public override NtStatus Attempt(out ulong information)
    {
        information = 0;
        NtStatus status = Socket.TakeConnection(out SafeFileHandle connection);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = target.BecomeAccepted(connection, Socket);
        if (!status.IsSuccess)
        {
            connection.Dispose();
            return status;
        }
        if (receiveLength == 0)
        {
            return Complete([], out information);
        }
        Volatile.Write(ref _isAccepted, true);
        Socket.Forget(this);
        return NtStatus.DeviceNotReady;
    }

    /// <inheritdoc/>
    public override void OnWaiting()
    {
        if (_isAccepted)
        {
            target.AwaitFirstData();
        }
    }

    /// <summary>Called for the accepting socket, without its lock: reads the first data and ends the call when there is some.</summary>
    public void AdvanceReceive()
    {
        if (!TryClaim())
        {
            return;
        }
        NtStatus status = AttemptReceive(out ulong information);
        if (status == NtStatus.DeviceNotReady)
        {
            Unclaim();
            return;
        }
        target.EndAccept(this);
        Finish(status, information);
    }

    private NtStatus AttemptReceive(out ulong information)
    {
        information = 0;
        byte[] data = new byte[Math.Min(receiveLength, MaximumFirstData)];
        nint moved;
        lock (target.Lock)
        {
            if (target.Host is not { } host)
            {
                return NtStatus.Cancelled;
            }
            moved = NativeSocket.Receive(host, ref data[0], data.Length, 0);
            if (moved < 0)
            {
                return SocketError.ToNtStatus(Errno.Last);
            }
        }
        return Complete(data.AsSpan(0, (int)moved), out information);
    }

    /// <inheritdoc/>
    protected override void OnCancel()
    {
        base.OnCancel();
        target.EndAccept(this);
    }

    private NtStatus Complete(ReadOnlySpan<byte> data, out ulong information)
    {
        information = (ulong)data.Length;
        GuestAccessor memory = Reply.Thread.Memory;
        bool isWritten = memory.TryWrite(output, data)
            && (localLength == 0 || TryWriteAddress(output + receiveLength, localLength, target.LocalAddress))
            && TryWriteAddress(output + receiveLength + localLength, outputLength - receiveLength - localLength, target.PeerAddress);
        target.EndAccept(this);
        return isWritten ? NtStatus.Success : NtStatus.BufferTooSmall;
    }

    private bool TryWriteAddress(GuestPointer place, uint room, SocketAddress address)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int) + SocketAddress.MaximumLength];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, address.Length);
        address.WindowsForm.CopyTo(bytes[sizeof(int)..]);
        int length = sizeof(int) + address.Length;
        return room >= (uint)length && Reply.Thread.Memory.TryWrite(place, bytes[..length]);
    }
}
