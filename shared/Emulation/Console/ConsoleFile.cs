using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;
using FileOptions = PortableVirt.Emulation.Io.FileOptions;

namespace PortableVirt.Emulation.Console;

/// <summary>An open part of the console.</summary>
internal sealed partial class ConsoleFile(ConsoleDevice device, ConsoleObject console, ConsolePart part, Executive executive, uint access, uint share, FileOptions options)
    : FileObject(executive, access, share, options | FileOptions.SynchronousNonAlert)
{
    private const uint MaximumTransfer = 1 << 20;

    /// <summary>FILE_DEVICE_CONSOLE.</summary>
    public override uint DeviceType => 0x50;

    /// <inheritdoc/>
    public override string ObjectName => @"\Device\ConDrv";

    /// <inheritdoc/>
    public override string FileName => "\\" + part;

    /// <inheritdoc/>
    internal override NtStatus OpenRelative(in FileCreateRequest request, string name, out FileObject file, out ulong information) =>
        device.Open(request, name, out file, out information);

    /// <inheritdoc/>
    internal override NtStatus Read(in IoReply reply, GuestPointer buffer, uint length, long? offset)
    {
        if (part != ConsolePart.Input)
        {
            return NtStatus.InvalidDeviceRequest;
        }
        NtStatus status = ReadBytes(reply.Thread, length, out byte[] bytes);
        return !status.IsSuccess ? reply.Complete(status, 0)
            : !reply.Thread.Memory.TryWrite(buffer, bytes) ? NtStatus.AccessViolation
            : reply.Complete(NtStatus.Success, (ulong)bytes.Length);
    }

    /// <inheritdoc/>
    internal override NtStatus Write(in IoReply reply, GuestPointer buffer, uint length, long? offset)
    {
        if (part != ConsolePart.Output)
        {
            return NtStatus.InvalidDeviceRequest;
        }
        NtStatus status = WriteBytes(reply.Thread, buffer, length);
        return status.IsSuccess ? reply.Complete(status, length) : status;
    }

    /// <inheritdoc/>
    internal override NtStatus Flush(NtThread thread)
    {
        console.Output.Flush();
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread) => part == ConsolePart.Input ? console.Input.IsSignaled(thread) : base.IsSignaled(thread);

    private byte[] _rest = [];

    private NtStatus ReadBytes(NtThread thread, uint length, out byte[] bytes)
    {
        if (_rest.Length == 0 && length != 0)
        {
            console.Output.Flush();
            NtStatus status = console.Input.ReadText(thread, (int)Math.Min(length, MaximumTransfer), out string text);
            if (!status.IsSuccess)
            {
                bytes = [];
                return status;
            }
            _rest = text.StartsWith('\x1a') ? [] : ConsoleText.FromUtf16(text, console.InputCodePage);
        }
        int count = (int)Math.Min(length, (uint)_rest.Length);
        bytes = _rest[..count];
        _rest = _rest[count..];
        return NtStatus.Success;
    }

    private NtStatus WriteBytes(NtThread thread, GuestPointer buffer, uint length)
    {
        Span<byte> chunk = stackalloc byte[(int)Math.Min(length, 1024)];
        for (uint done = 0; done < length; done += (uint)chunk.Length)
        {
            chunk = chunk[..(int)Math.Min((uint)chunk.Length, length - done)];
            if (!thread.Memory.TryRead(buffer + done, chunk))
            {
                return NtStatus.AccessViolation;
            }
            console.Output.Write(ConsoleText.ToUtf8(chunk, console.OutputCodePage));
        }
        return NtStatus.Success;
    }
}
