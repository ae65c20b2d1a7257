using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Exceptions;

/// <summary>What KiUserExceptionDispatcher finds at RSP: CONTEXT, CONTEXT_EX, EXCEPTION_RECORD; 0x590 bytes, 16-aligned.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct ExceptionFrame
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 0x590;

    /// <summary>Registers at the exception.</summary>
    [FieldOffset(0)] public GuestContext Context;

    /// <summary>CONTEXT_EX.All.Offset.</summary>
    [FieldOffset(0x4d0)] public int AllOffset;

    /// <summary>CONTEXT_EX.All.Length.</summary>
    [FieldOffset(0x4d4)] public int AllLength;

    /// <summary>CONTEXT_EX.Legacy.Offset.</summary>
    [FieldOffset(0x4d8)] public int LegacyOffset;

    /// <summary>CONTEXT_EX.Legacy.Length.</summary>
    [FieldOffset(0x4dc)] public int LegacyLength;

    /// <summary>CONTEXT_EX.XState.Offset of a frame that has none.</summary>
    public const int NoXState = 25;

    /// <summary>CONTEXT_EX.XState.Offset: from CONTEXT_EX to the area above the frame, or <see cref="NoXState"/>.</summary>
    [FieldOffset(0x4e0)] public int XStateOffset;

    /// <summary>CONTEXT_EX.XState.Length.</summary>
    [FieldOffset(0x4e4)] public int XStateLength;

    /// <summary>The exception.</summary>
    [FieldOffset(0x4f0)] public ExceptionRecord Record;
}
