using System.Buffers.Binary;
using System.Runtime.InteropServices;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Sockets;

/// <summary>The control codes.</summary>
internal sealed partial class SocketFile
{
    /// <summary>Longest input that is read at once: an address and what ConnectEx sends with it.</summary>
    private const uint MaximumInput = 1 << 20;

    /// <inheritdoc/>
    internal override NtStatus DeviceControl(in IoReply reply, in IoControl control)
    {
        AfdControl code = (AfdControl)control.Code;
        if (_host is null && code is not (AfdControl.Create or AfdControl.Poll or AfdControl.CompleteWith))
        {
            return NtStatus.InvalidHandle;
        }
        return code switch
        {
            AfdControl.Create => CreateSocket(reply, control),
            AfdControl.Bind => Bind(reply, control),
            AfdControl.Listen => Listen(reply, control),
            AfdControl.Connect => Connect(reply, control),
            AfdControl.Accept => Accept(reply, control),
            AfdControl.AcceptInto => AcceptInto(reply, control),
            AfdControl.Defer => Defer(reply, control),
            AfdControl.Shutdown => Shutdown(reply, control),
            AfdControl.Receive => Receive(reply, control),
            AfdControl.ReceiveMessage => ReceiveMessage(reply, control),
            AfdControl.SendMessage => SendMessage(reply, control),
            AfdControl.Transmit => Transmit(reply, control),
            AfdControl.Poll => Poll(reply, control),
            AfdControl.EventSelect => EventSelect(reply, control),
            AfdControl.GetEvents => GetEvents(reply, control),
            AfdControl.GetName => GetName(reply, control),
            AfdControl.GetPeerName => GetPeerName(reply, control),
            AfdControl.GetInformation => Return(reply, control, MemoryMarshal.AsBytes<int>([Family, Type, Protocol])),
            AfdControl.SetNonBlocking => SetNonBlocking(reply, control),
            AfdControl.CompleteWith => CompleteWith(reply, control),
            AfdControl.BytesToRead => BytesToRead(reply, control),
            AfdControl.AtMark => AtMark(reply, control),
            AfdControl.InterfaceList => InterfaceList(reply, control),
            AfdControl.AddressListChange => AddressListChange(reply, control),
            AfdControl.KeepAliveValues => KeepAliveValues(reply, control),
            // WSAAsyncSelect posts window messages, and console programs have no windows here.
            AfdControl.MessageSelect => NtStatus.NotSupported,
            _ => Option(reply, control),
        };
    }

    /// <summary>Reads a whole input buffer; STATUS_BUFFER_TOO_SMALL when it is shorter than <paramref name="minimum"/>.</summary>
    private static NtStatus ReadInput(in IoReply reply, in IoControl control, int minimum, out byte[] input)
    {
        input = [];
        if (control.InputLength < (uint)minimum)
        {
            return NtStatus.BufferTooSmall;
        }
        if (control.InputLength > MaximumInput)
        {
            return NtStatus.InsufficientResources;
        }
        input = new byte[control.InputLength];
        return reply.Thread.Memory.TryRead(control.Input, input) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    private static NtStatus ReadInt32(in IoReply reply, in IoControl control, out int value)
    {
        value = 0;
        return control.InputLength < sizeof(int) ? NtStatus.BufferTooSmall
            : reply.Thread.Memory.TryRead(control.Input, out value) ? NtStatus.Success
            : NtStatus.AccessViolation;
    }

    /// <summary>Ends a call with output; STATUS_BUFFER_TOO_SMALL when it does not fit.</summary>
    private static NtStatus Return(in IoReply reply, in IoControl control, ReadOnlySpan<byte> output) =>
        control.OutputLength < (uint)output.Length ? NtStatus.BufferTooSmall
        : reply.Thread.Memory.TryWrite(control.Output, output) ? reply.Complete(NtStatus.Success, (ulong)output.Length)
        : NtStatus.AccessViolation;

    private static NtStatus Return(in IoReply reply, in IoControl control, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Return(reply, control, bytes);
    }

    private NtStatus SetNonBlocking(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInt32(reply, control, out int value);
        if (!status.IsSuccess)
        {
            return status;
        }
        lock (Lock)
        {
            if (value == 0 && _eventMask != AfdPollFlags.None)
            {
                return NtStatus.InvalidParameter;
            }
            _nonBlocking = value != 0;
        }
        return reply.Complete(NtStatus.Success, 0);
    }

    private static NtStatus CompleteWith(in IoReply reply, in IoControl control)
    {
        if (control.InputLength != sizeof(uint))
        {
            return NtStatus.BufferTooSmall;
        }
        return reply.Thread.Memory.TryRead(control.Input, out uint status) && status != NtStatus.Pending.Value
            ? reply.Complete(new NtStatus(status), 0)
            : NtStatus.AccessViolation;
    }
}
