namespace PortableVirt.Kernel;

/// <summary>The instruction by which a program made a system call.</summary>
public enum SyscallGate
{
    /// <summary>Not a system call.</summary>
    None,

    /// <summary><c>syscall</c>: RCX and R11 hold the return address and the flags.</summary>
    Syscall,

    /// <summary><c>int 2Eh</c>: RCX and R11 are the program's own.</summary>
    Int2E,

    /// <summary><c>sysenter</c>: RCX and R11 are the program's own.</summary>
    Sysenter,
}
