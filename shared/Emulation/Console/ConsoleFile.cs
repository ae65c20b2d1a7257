using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;
using FileOptions = PortableVirt.Emulation.Io.FileOptions;

namespace PortableVirt.Emulation.Console;

/// <summary>An open part of the console.</summary>
internal sealed partial class ConsoleFile : FileObject
{
    private const uint MaximumTransfer = 1 << 20;
    private readonly ConsoleDevice _device;
    private readonly ConsoleObject _console;
    private readonly ConsolePart _part;
    private readonly ScreenBuffer _buffer;
    private readonly bool _ownsBuffer;

    /// <summary>Opens a part.</summary>
    /// <param name="isNew">A screen buffer of its own, not the active one.</param>
    public ConsoleFile(ConsoleDevice device, ConsoleObject console, ConsolePart part, uint access, uint share, FileOptions options, bool isNew)
        : base(console.Executive, access, share, options | FileOptions.SynchronousNonAlert)
    {
        (_device, _console, _part, _ownsBuffer) = (device, console, part, isNew);
        lock (console.Lock)
        {
            _buffer = isNew ? console.Screen.CreateBuffer() : console.Screen.Active;
        }
        if (part == ConsolePart.Input)
        {
            console.Input.Track(this, true);
        }
    }

    /// <summary>The process that opened it; null for those that a process starts with.</summary>
    public NtProcess? Owner { get; init; }

    /// <summary>True for a process's connection.</summary>
    public bool IsConnection => _part == ConsolePart.Connection;

    /// <summary>FILE_DEVICE_CONSOLE.</summary>
    public override uint DeviceType => 0x50;

    /// <inheritdoc/>
    public override string ObjectName => @"\Device\ConDrv";

    /// <inheritdoc/>
    public override string FileName => "\\" + _part;

    /// <inheritdoc/>
    internal override NtStatus OpenRelative(in FileCreateRequest request, string name, out FileObject file, out ulong information) =>
        _device.Open(request, name, out file, out information);

    /// <inheritdoc/>
    internal override NtStatus Read(in IoReply reply, GuestPointer buffer, uint length, long? offset) =>
        _part == ConsolePart.Input ? Read(reply, ConsoleReadKind.Bytes, buffer, length, 0, "") : NtStatus.InvalidDeviceRequest;

    /// <inheritdoc/>
    internal override NtStatus Write(in IoReply reply, GuestPointer buffer, uint length, long? offset)
    {
        if (_part != ConsolePart.Output)
        {
            return NtStatus.InvalidDeviceRequest;
        }
        Executive.Recorder?.NoteConsole(ConsoleControlCode.WriteFile);
        NtStatus status = WriteBytes(reply.Thread, buffer, length);
        return status.IsSuccess ? reply.Complete(status, length) : status;
    }

    /// <inheritdoc/>
    internal override NtStatus Flush(NtThread thread)
    {
        _console.Output.Flush();
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread)
    {
        if (_part != ConsolePart.Input)
        {
            return base.IsSignaled(thread);
        }
        _console.Input.BeginWait();
        return _console.Input.IsReady;
    }

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(NtProcess process)
    {
        base.OnLastHandleClosed(process);
        switch (_part)
        {
            case ConsolePart.Input:
                _console.Input.Track(this, false);
                break;
            case ConsolePart.Connection:
                _console.Detach(Owner ?? process);
                break;
            case ConsolePart.Output:
                lock (_console.Lock)
                {
                    if (_ownsBuffer && _console.Screen.Active == _buffer)
                    {
                        _console.Screen.Activate(_console.Screen.Main);
                    }
                }
                break;
        }
    }

    private NtStatus Read(in IoReply reply, ConsoleReadKind kind, GuestPointer buffer, uint length, uint wakeupMask, string initial)
    {
        ConsoleReadRequest request = new(reply, _console.Input, kind, buffer, Math.Min(length, MaximumTransfer)) { WakeupMask = wakeupMask, Initial = initial };
        AddRequest(request);
        _console.Input.Add(request);
        return AwaitRequest(reply.Thread, request);
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
            lock (_console.Lock)
            {
                _console.Screen.Write(_buffer, _buffer.Decoder.Decode(chunk, _console.CodePages[_console.OutputCodePage]));
            }
        }
        return NtStatus.Success;
    }
}
