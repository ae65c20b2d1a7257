using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Calls;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Io.Pipes;
using PortableVirt.Emulation.Sockets;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Devices;

/// <summary>What a program may ask a host's pipe or socket, which is an anonymous pipe's end for it: libuv and others read no byte before they have peeked.</summary>
internal partial class HostStreamFile
{
    private const uint PipePeek = 0x11400c;
    private const int PeekHeader = 16;
    private const int MostPeeked = 1 << 20;
    private const nuint BytesToRead = 0x541B;
    private const int SetPipeSize = 1031;
    private const int GetPipeSize = 1032;
    private const int CloseOnExec = 0x80000;

    /// <summary>SPLICE_F_NONBLOCK of tee(2).</summary>
    private const uint TeeNoWait = 2;

    /// <summary>MSG_PEEK and MSG_DONTWAIT of recv(2).</summary>
    private const int PeekNoWait = 0x42;

    /// <inheritdoc/>
    internal override NtStatus QuerySpecial(FileInformationClass informationClass, Span<byte> buffer, out int written)
    {
        written = 0;
        if (deviceType != StandardHandles.PipeType || informationClass is not (FileInformationClass.Pipe or FileInformationClass.PipeLocal))
        {
            return NtStatus.InvalidInfoClass;
        }
        int size = informationClass == FileInformationClass.Pipe ? 8 : 40;
        if (buffer.Length < size)
        {
            return NtStatus.InfoLengthMismatch;
        }
        InformationBuffer writer = new(buffer);
        if (informationClass == FileInformationClass.PipeLocal)
        {
            bool isInput = (Access & FileAccessRights.ReadData) != 0;
            uint available = isInput ? Available() : 0;
            PipeState state = isInput && available == 0 && HasEnded() ? PipeState.Closing : PipeState.Connected;
            foreach (uint value in (ReadOnlySpan<uint>)[0, 2, 1, 1, 65536, available, 65536, 65536, (uint)state, 0])
            {
                writer.Add(value);
            }
        }
        written = size;
        return NtStatus.Success;
    }

    /// <summary>FilePipeInformation: a host pipe is a byte pipe whose calls wait, and stays so.</summary>
    internal override NtStatus SetSpecial(NtThread thread, FileInformationClass informationClass, ReadOnlySpan<byte> buffer, uint grantedAccess) =>
        deviceType != StandardHandles.PipeType || informationClass != FileInformationClass.Pipe ? base.SetSpecial(thread, informationClass, buffer, grantedAccess)
        : BitConverter.ToUInt64(buffer) == 0 ? NtStatus.Success
        : NtStatus.InvalidParameter;

    /// <inheritdoc/>
    internal override NtStatus FsControl(in IoReply reply, in IoControl control) =>
        deviceType == StandardHandles.PipeType && control.Code == PipePeek ? PeekData(reply, control) : base.FsControl(reply, control);

    /// <summary>A read of no bytes, which on a pipe returns when there is something to read or nobody is left to write.</summary>
    private NtStatus AwaitData(in IoReply reply)
    {
        while (true)
        {
            if (Available() != 0)
            {
                return reply.Complete(NtStatus.Success, 0);
            }
            HostPoll poll = Poll();
            if (poll.Ready != 0)
            {
                // Data may have come between the two questions; a message without bytes of a socket is one, too.
                return reply.Complete(HasEnded(poll) && Available() == 0 ? NtStatus.PipeBroken : NtStatus.Success, 0);
            }
            NtStatus waited = WaitReady(reply.Thread, HostPoll.In);
            if (!waited.IsSuccess)
            {
                return reply.Complete(waited, 0);
            }
        }
    }

    /// <summary>FSCTL_PIPE_PEEK: FILE_PIPE_PEEK_BUFFER with the state, the bytes that can be read and a copy of the first ones.</summary>
    private NtStatus PeekData(in IoReply reply, in IoControl control)
    {
        if ((Access & FileAccessRights.ReadData) == 0)
        {
            return NtStatus.AccessDenied;
        }
        if (control.OutputLength < PeekHeader)
        {
            return NtStatus.InfoLengthMismatch;
        }
        uint available = Available();
        if (available == 0 && HasEnded() && (available = Available()) == 0)
        {
            return NtStatus.PipeBroken;
        }
        byte[] output = new byte[PeekHeader + Math.Min(Math.Min(control.OutputLength - PeekHeader, available), MostPeeked)];
        nint copied = output.Length == PeekHeader ? 0 : Peek(output.AsSpan(PeekHeader));
        if (copied < 0 && Errno.Last is not Errno.EAGAIN and var error)
        {
            return Errno.ToNtStatus(error);
        }
        if (copied <= 0 && output.Length != PeekHeader)
        {
            // Another process has read it meanwhile.
            (copied, available) = (0, 0);
        }
        InformationBuffer writer = new(output);
        writer.Add((uint)PipeState.Connected);
        writer.Add(available);
        int length = PeekHeader + (int)copied;
        return !reply.Thread.Memory.TryWrite(control.Output, output.AsSpan(0, length)) ? NtStatus.AccessViolation
            : reply.Complete(copied < available ? NtStatus.BufferOverflow : NtStatus.Success, (ulong)length);
    }

    /// <summary>Copies the first bytes without taking them; -1 with errno. A pipe can only be copied into another one, of the same room.</summary>
    private nint Peek(Span<byte> target)
    {
        int[] pipe = [-1, -1];
        if (NativeIo.Pipe(ref pipe[0], CloseOnExec) != 0)
        {
            return -1;
        }
        using SafeFileHandle output = new(pipe[0], ownsHandle: true);
        using SafeFileHandle input = new(pipe[1], ownsHandle: true);
        int size = NativeIo.FCntl((int)handle.DangerousGetHandle(), GetPipeSize, 0);
        if (size > 0)
        {
            // Where the user has used up what pipes may have, fewer bytes are seen.
            NativeIo.FCntl(pipe[1], SetPipeSize, size);
        }
        nint copied = NativeIo.Tee(handle, input, (nuint)target.Length, TeeNoWait);
        return copied > 0 ? NativeIo.Read(output, ref target[0], copied)
            : copied < 0 && Errno.Last == Errno.EINVAL ? NativeSocket.Receive(handle, ref target[0], target.Length, PeekNoWait)
            : copied;
    }

    /// <summary>Bytes that can be read now.</summary>
    private uint Available()
    {
        Span<byte> count = stackalloc byte[4];
        return NativeIo.Ioctl(handle, BytesToRead, ref count[0]) == 0 ? (uint)Math.Max(0, BitConverter.ToInt32(count)) : 0;
    }

    private HostPoll Poll()
    {
        HostPoll poll = new((int)handle.DangerousGetHandle(), HostPoll.In | HostPoll.PeerHangUp);
        NativeIo.Poll(ref poll, 1, 0);
        return poll;
    }

    private bool HasEnded() => HasEnded(Poll());

    private static bool HasEnded(in HostPoll poll) => (poll.Ready & (HostPoll.HangUp | HostPoll.PeerHangUp | HostPoll.Error)) != 0;
}
