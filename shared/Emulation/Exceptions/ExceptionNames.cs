namespace PortableVirt.Emulation.Exceptions;

/// <summary>Words for exception codes, for people.</summary>
public static class ExceptionNames
{
    /// <summary>A few words, or "exception" for a code of the program's own.</summary>
    public static string Describe(NtStatus code) => code.Value switch
    {
        0xc0000005 => "access violation",
        0xc0000006 => "in-page error",
        0xc000001d => "illegal instruction",
        0xc0000025 => "noncontinuable exception",
        0xc000008c => "array bounds exceeded",
        0xc0000094 => "integer division by zero",
        0xc0000095 => "integer overflow",
        0xc0000096 => "privileged instruction",
        0xc00000fd => "stack overflow",
        0xc0000135 => "DLL not found",
        0xc0000139 => "entry point not found",
        0xc0000142 => "DLL initialisation failed",
        0xc0000374 => "heap corruption",
        0xc0000409 => "fast fail",
        0xc0000420 => "assertion failure",
        0x80000001 => "guard page",
        0x80000002 => "datatype misalignment",
        0x80000003 => "breakpoint",
        0x80000004 => "single step",
        0xe06d7363 => "C++ exception",
        0xe0434352 => ".NET exception",
        _ => "exception",
    };
}
