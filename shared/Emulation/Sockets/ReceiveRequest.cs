using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Sockets;

/// <summary>recv() and its relatives: ends with the first bytes or the first datagram.</summary>
internal sealed class ReceiveRequest(IoReply reply, SocketFile socket, TransferBuffers buffers) : SocketRequest(reply, socket)
{
    /// <summary>MSG_TRUNC and MSG_CTRUNC of WSARecvMsg (ws2def.h).</summary>
    private const uint Truncated = 0x100, ControlTruncated = 0x200;

    /// <summary>MSG_PARTIAL: a datagram was longer than the buffers.</summary>
    private const uint Partial = 0x8000;

    private const int MaximumControl = 512;

    /// <summary>MSG_OOB and MSG_PEEK of the host.</summary>
    public int HostFlags { get; init; }

    /// <summary>MSG_WAITALL: goes on until all buffers are full or the peer ends.</summary>
    public bool WaitsForAll { get; init; }

    /// <summary>Where the sender's SOCKADDR goes, or null.</summary>
    public GuestPointer Address { get; init; }

    /// <summary>Its int length, in and out.</summary>
    public GuestPointer AddressLength { get; init; }

    /// <summary>Where the uint flags of the message go, or null.</summary>
    public GuestPointer Flags { get; init; }

    /// <summary>The WSABUF for control messages, or null.</summary>
    public GuestPointer Control { get; init; }

    /// <inheritdoc/>
    public override ulong Progress => buffers.Done;

    /// <inheritdoc/>
    public override NtStatus Attempt(out ulong information)
    {
        information = buffers.Done;
        if (Socket.Host is not { } host)
        {
            return NtStatus.Cancelled;
        }
        NtStatus status = Socket.StateForReceive();
        if (!status.IsSuccess)
        {
            return status;
        }
        if (buffers.Total == 0 && Socket.Type == SocketFile.Stream)
        {
            // A read of nothing waits for data like any other; the host would not.
            return Socket.HasData() ? NtStatus.Success : NtStatus.DeviceNotReady;
        }
        do
        {
            status = ReceiveOnce(host, out nint moved);
            information = buffers.Done;
            if (status != NtStatus.Success || moved == 0)
            {
                return status;
            }
        }
        while (WaitsForAll && !buffers.IsDone);
        return NtStatus.Success;
    }

    private NtStatus ReceiveOnce(SafeFileHandle host, out nint moved)
    {
        Span<byte> address = stackalloc byte[128];
        Span<byte> control = stackalloc byte[Control.IsNull ? 0 : MaximumControl];
        List<GuestSegment> segments = [];
        moved = 0;
        if (!buffers.TryMap(Reply.Thread.Memory, true, segments))
        {
            return NtStatus.AccessViolation;
        }
        int flags, addressLength, controlLength;
        do
        {
            flags = HostFlags;
            moved = HostSocket.Receive(host, segments, address, out addressLength, control, out controlLength, ref flags);
        }
        while (moved < 0 && (Errno.Last == Errno.EINTR || (Errno.Last == SocketError.ECONNREFUSED && Socket.Type == SocketFile.Datagram)));
        if (moved < 0)
        {
            return Socket.FailReceive(Errno.Last, (HostFlags & NativeSocket.MessageOutOfBand) != 0);
        }
        buffers.Advance((ulong)moved);
        return WriteEnvelope(SocketAddress.FromHost(address[..addressLength]), control[..controlLength], flags);
    }

    private NtStatus WriteEnvelope(SocketAddress sender, ReadOnlySpan<byte> control, int flags)
    {
        GuestAccessor memory = Reply.Thread.Memory;
        if (!Address.IsNull && sender.Length != 0)
        {
            if (!memory.TryRead(AddressLength, out int room))
            {
                return NtStatus.AccessViolation;
            }
            if (room < sender.Length)
            {
                return NtStatus.BufferTooSmall;
            }
            if (!memory.TryWrite(Address, sender.WindowsForm) || !memory.TryWrite(AddressLength, sender.Length))
            {
                return NtStatus.AccessViolation;
            }
        }
        bool isTruncated = (flags & NativeSocket.MessageTruncated) != 0;
        uint told = isTruncated ? Control.IsNull ? Partial : Truncated : 0;
        NtStatus status = isTruncated ? NtStatus.BufferOverflow : NtStatus.Success;
        if (!Control.IsNull && !WriteControl(control, ref told))
        {
            return NtStatus.AccessViolation;
        }
        if ((told & ControlTruncated) != 0)
        {
            status = NtStatus.BufferOverflow;
        }
        return Flags.IsNull || memory.TryWrite(Flags, told) ? status : NtStatus.AccessViolation;
    }

    /// <summary>Turns the host's control messages into WSACMSGHDR ones and sets the length of the guest's WSABUF.</summary>
    private bool WriteControl(ReadOnlySpan<byte> control, ref uint told)
    {
        GuestAccessor memory = Reply.Thread.Memory;
        Span<byte> buffer = stackalloc byte[16];
        if (!memory.TryRead(Control, buffer))
        {
            return false;
        }
        int room = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(buffer), MaximumControl);
        Span<byte> output = stackalloc byte[room];
        if (!ControlMessages.TryConvert(control, output, out int length))
        {
            told |= ControlTruncated;
        }
        return memory.TryWrite(new GuestPointer(BinaryPrimitives.ReadUInt64LittleEndian(buffer[8..])), output[..length]) && memory.TryWrite(Control, (uint)length);
    }
}
