using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Sockets;

/// <summary>TransmitFile: bytes of a file between two buffers.</summary>
internal sealed class TransmitRequest(IoReply reply, SocketFile socket, byte[] head, byte[] tail) : SocketRequest(reply, socket)
{
    private const int Part = 1 << 20;

    private int _headSent;
    private int _tailSent;
    private long _fileSent;
    private bool _fileEnded;

    /// <summary>The file; null for none.</summary>
    public SafeFileHandle? File { get; init; }

    /// <summary>Where it is read from.</summary>
    public long Offset { get; init; }

    /// <summary>How much is read; long.MaxValue for all.</summary>
    public long Length { get; init; }

    /// <summary>TF_DISCONNECT: the sending direction ends after it.</summary>
    public bool Disconnects { get; init; }

    /// <summary>The file object whose position follows, or null.</summary>
    public FileObject? Positioned { get; init; }

    /// <inheritdoc/>
    public override ulong Progress => (ulong)(_headSent + _fileSent + _tailSent);

    /// <inheritdoc/>
    public override NtStatus Attempt(out ulong information)
    {
        NtStatus status = Socket.StateForSend();
        if (status.IsSuccess)
        {
            status = Send(head, ref _headSent);
        }
        if (status.IsSuccess)
        {
            status = SendFile();
        }
        if (status.IsSuccess)
        {
            status = Send(tail, ref _tailSent);
        }
        if (status.IsSuccess && Disconnects)
        {
            Socket.ShutWriteNow();
        }
        information = Progress;
        return status;
    }

    private NtStatus Send(byte[] data, ref int sent)
    {
        while (sent < data.Length)
        {
            if (Socket.Host is not { } host)
            {
                return NtStatus.Cancelled;
            }
            nint moved = NativeSocket.Send(host, in data[sent], data.Length - sent, NativeSocket.MessageNoSignal);
            if (moved < 0)
            {
                return Socket.FailSend(Errno.Last);
            }
            sent += (int)moved;
        }
        return NtStatus.Success;
    }

    private NtStatus SendFile()
    {
        while (File is not null && !_fileEnded && _fileSent < Length)
        {
            if (Socket.Host is not { } host)
            {
                return NtStatus.Cancelled;
            }
            long offset = Offset + _fileSent;
            nint moved = NativeSocket.SendFile(host, File, ref offset, (nint)Math.Min(Part, Length - _fileSent));
            if (moved < 0)
            {
                return Socket.FailSend(Errno.Last);
            }
            _fileSent += moved;
            _fileEnded = moved == 0;
        }
        if (Positioned is { } file && File is not null)
        {
            file.SetPosition(Offset + _fileSent);
        }
        return NtStatus.Success;
    }
}
