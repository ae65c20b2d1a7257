namespace PortableVirt.Emulation.Console;

/// <summary>Console mode flags (wincon.h).</summary>
internal static class ConsoleModes
{
    public const uint ProcessedInput = 0x1;
    public const uint LineInput = 0x2;
    public const uint EchoInput = 0x4;
    public const uint WindowInput = 0x8;
    public const uint VirtualTerminalInput = 0x200;

    /// <summary>What Windows gives a new console: processed, line, echo, insert, quick edit, extended.</summary>
    public const uint DefaultInput = 0x1f7;

    public const uint ProcessedOutput = 0x1;
    public const uint WrapAtEndOfLine = 0x2;
    public const uint VirtualTerminalProcessing = 0x4;
    public const uint DisableNewlineAutoReturn = 0x8;

    /// <summary>As Windows with VirtualTerminalLevel 1: a program that sends sequences without asking first gets what it means.</summary>
    public const uint DefaultOutput = ProcessedOutput | WrapAtEndOfLine | VirtualTerminalProcessing;
}
