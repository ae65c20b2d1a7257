using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Objects;

namespace PortableVirt.Emulation.Sockets;

/// <summary>TransmitFile.</summary>
internal sealed partial class SocketFile
{
    /// <summary>TF_DISCONNECT and TF_REUSE_SOCKET (mswsock.h).</summary>
    private const uint DisconnectFlags = 3;

    /// <summary>FILE_USE_FILE_POINTER_POSITION.</summary>
    private const long UsePosition = -2;

    /// <summary>Longest head and tail; TransmitFile's own bound of the whole is 2^31 - 2.</summary>
    private const uint MaximumEnds = 16 << 20;

    private NtStatus Transmit(in IoReply reply, in IoControl control)
    {
        NtStatus status = ReadInput(reply, control, 48, out byte[] input);
        if (!status.IsSuccess)
        {
            return status;
        }
        uint headLength = BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(24));
        uint tailLength = BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(28));
        if (headLength > MaximumEnds || tailLength > MaximumEnds)
        {
            return NtStatus.InsufficientResources;
        }
        byte[] head = new byte[headLength];
        byte[] tail = new byte[tailLength];
        if (!reply.Thread.Memory.TryRead(Pointer(input, 8), head) || !reply.Thread.Memory.TryRead(Pointer(input, 16), tail))
        {
            return NtStatus.AccessViolation;
        }
        long offset = BinaryPrimitives.ReadInt64LittleEndian(input);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(36));
        status = FindFile(reply, BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(32)), ref offset, out SafeFileHandle? file, out FileObject? positioned);
        if (!status.IsSuccess)
        {
            return status;
        }
        TransmitRequest request = new(reply, this, head, tail)
        {
            File = file,
            Offset = offset,
            Length = length == 0 ? long.MaxValue : length,
            Disconnects = (BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(44)) & DisconnectFlags) != 0,
            Positioned = positioned,
        };
        lock (Lock)
        {
            if (State != SocketState.Connected)
            {
                return NtStatus.InvalidConnection;
            }
            if (_writeShut)
            {
                return NtStatus.PipeDisconnected;
            }
            if (Start(reply, request, _writers, true) is { } done)
            {
                return done;
            }
        }
        return AwaitRequest(reply.Thread, request);
    }

    private static NtStatus FindFile(in IoReply reply, uint handle, ref long offset, out SafeFileHandle? file, out FileObject? positioned)
    {
        file = null;
        positioned = null;
        if (handle == 0)
        {
            return NtStatus.Success;
        }
        NtStatus status = reply.Thread.Reference(new Handle(handle), FileAccessRights.ReadData, out FileObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!found.TryGetHostFile(out SafeFileHandle host))
        {
            return NtStatus.NotImplemented;
        }
        if (offset == UsePosition)
        {
            positioned = found;
            status = found.QueryPosition(out offset);
        }
        if (offset < 0)
        {
            return NtStatus.InvalidParameter;
        }
        return status.IsSuccess ? HostDescriptor.Duplicate(host, out file) : status;
    }

    /// <summary>A transmission ends the sending direction itself. Called under the lock, by the request that is sent last.</summary>
    internal void ShutWriteNow()
    {
        _writeShut = true;
        if (_host is { } host)
        {
            NativeSocket.Shutdown(host, 1);
        }
    }
}
