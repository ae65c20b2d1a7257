namespace PortableVirt.Cell.SystemCalls;

/// <summary>What the kernel does with a system call, as a seccomp filter returns it (linux/seccomp.h).</summary>
/// <param name="Code">SECCOMP_RET_...</param>
internal readonly record struct CallAnswer(uint Code)
{
    /// <summary>The call is made.</summary>
    public static CallAnswer Allow => new(0x7FFF_0000);

    /// <summary>The process gets SIGSYS, whose handler writes the call's name and ends the process.</summary>
    public static CallAnswer Report => new(0x0003_0000);

    /// <summary>The process ends by SIGSYS, whatever it has done about that signal.</summary>
    public static CallAnswer Kill => new(0x8000_0000);

    /// <summary>The call fails with an errno value.</summary>
    public static CallAnswer Fail(int errno) => new(0x0005_0000u | (uint)errno);
}
