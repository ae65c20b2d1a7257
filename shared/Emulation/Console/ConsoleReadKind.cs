namespace PortableVirt.Emulation.Console;

/// <summary>What a read of the console's input takes.</summary>
internal enum ConsoleReadKind
{
    /// <summary>UTF-16 text (ReadConsoleW).</summary>
    Text,

    /// <summary>The same behind four bytes with the state of the control keys.</summary>
    TextWithControl,

    /// <summary>Bytes in the input code page (ReadFile).</summary>
    Bytes,

    /// <summary>Input records.</summary>
    Records,
}
