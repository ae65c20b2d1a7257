namespace PortableVirt.Emulation.Console;

/// <summary>What of a console a file object stands for.</summary>
internal enum ConsolePart
{
    /// <summary>The input buffer.</summary>
    Input,

    /// <summary>A screen buffer.</summary>
    Output,

    /// <summary>The process's connection.</summary>
    Connection,

    /// <summary>The console itself.</summary>
    Reference,

    /// <summary>What a console host holds: here nothing but the way to <see cref="Reference"/>.</summary>
    Server,
}
