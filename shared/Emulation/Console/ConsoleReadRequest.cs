using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Console;

/// <summary>A read of the console's input that waits for it.</summary>
internal sealed class ConsoleReadRequest(IoReply reply, ConsoleInput input, ConsoleReadKind kind, GuestPointer buffer, uint length) : IoRequest(reply)
{
    /// <summary>What is read.</summary>
    public ConsoleReadKind ReadKind { get; } = kind;

    /// <summary>Where it goes.</summary>
    public GuestPointer Buffer { get; } = buffer;

    /// <summary>Most that is read: characters, bytes or records.</summary>
    public int Maximum { get; } = kind switch
    {
        ConsoleReadKind.Text => (int)length / 2,
        ConsoleReadKind.TextWithControl => ((int)length - sizeof(uint)) / 2,
        ConsoleReadKind.Records => (int)length / InputRecord.Size,
        _ => (int)length,
    };

    /// <summary>CONSOLE_READCONSOLE_CONTROL.dwCtrlWakeupMask: control characters that end the line.</summary>
    public uint WakeupMask { get; init; }

    /// <summary>Characters that are on the screen already and belong to the line.</summary>
    public string Initial { get; init; } = "";

    /// <summary>Ends the request, which was claimed, with data.</summary>
    public void Deliver(ReadOnlySpan<byte> data) =>
        Finish(Reply.Thread.Memory.TryWrite(Buffer, data) ? NtStatus.Success : NtStatus.AccessViolation, (ulong)data.Length);

    /// <inheritdoc/>
    protected override void OnCancel() => input.Remove(this);
}
