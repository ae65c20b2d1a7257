namespace PortableVirt.Kernel;

/// <summary>Exception vectors (Intel SDM volume 3, 6.3.1) and Windows' software interrupts.</summary>
public static class Vectors
{
    /// <summary>#DE, divide error.</summary>
    public const byte DivideError = 0;

    /// <summary>#DB, single step and <c>icebp</c>.</summary>
    public const byte Debug = 1;

    /// <summary>#BP, <c>int3</c>.</summary>
    public const byte Breakpoint = 3;

    /// <summary>#OF, <c>into</c>.</summary>
    public const byte Overflow = 4;

    /// <summary>#UD.</summary>
    public const byte InvalidOpcode = 6;

    /// <summary>#DF.</summary>
    public const byte DoubleFault = 8;

    /// <summary>#SS.</summary>
    public const byte StackFault = 12;

    /// <summary>#GP.</summary>
    public const byte GeneralProtection = 13;

    /// <summary>#PF.</summary>
    public const byte PageFault = 14;

    /// <summary>#MF, x87.</summary>
    public const byte FloatingPoint = 16;

    /// <summary>#AC.</summary>
    public const byte AlignmentCheck = 17;

    /// <summary>#XM, SSE.</summary>
    public const byte SimdFloatingPoint = 19;

    /// <summary><c>int 29h</c>: fast fail.</summary>
    public const byte FastFail = 0x29;

    /// <summary><c>int 2Ch</c>: assertion.</summary>
    public const byte Assertion = 0x2C;

    /// <summary><c>int 2Dh</c>: debug service.</summary>
    public const byte DebugService = 0x2D;

    /// <summary><c>int 2Eh</c>: system call.</summary>
    public const byte SystemCall = 0x2E;

    /// <summary>True when the processor pushes an error code.</summary>
    internal static bool HasErrorCode(byte vector) => vector is 8 or (>= 10 and <= 14) or 17 or 21 or 29 or 30;
}
