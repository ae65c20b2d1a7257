namespace PortableVirt.Kernel;

/// <summary>Why <see cref="GuestCpu.Run"/> returned.</summary>
public enum GuestExitKind
{
    /// <summary>A system call by one of the gates, see <see cref="GuestExit.Gate"/>.</summary>
    Syscall,

    /// <summary>A processor exception or a software interrupt, see <see cref="GuestExit.Vector"/>.</summary>
    Exception,

    /// <summary><see cref="GuestCpu.Kick"/> was called; the registers are exact.</summary>
    Kick,

    /// <summary>User code used the gate's I/O port itself: a privileged instruction. Rip is at the instruction as far as that can be told.</summary>
    StrayPort,

    /// <summary>The host memory behind a guest page is gone (a mapped file was truncated); Rip is at the access, which may be tried again.</summary>
    MemoryFault,

    /// <summary>The virtual machine cannot go on: see <see cref="GuestCpu.InternalErrorText"/>. The virtual processor must not be run again.</summary>
    InternalError,
}
