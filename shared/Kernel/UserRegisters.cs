using System.Runtime.InteropServices;

namespace PortableVirt.Kernel;

/// <summary>The user-mode integer registers, in the order of KVM's struct kvm_regs, so that the page shared with KVM is this structure.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct UserRegisters
{
    /// <summary>General register; the number of a system call, and its result.</summary>
    public ulong Rax;

    /// <summary>General register.</summary>
    public ulong Rbx;

    /// <summary>General register; after a <c>syscall</c> the address behind it.</summary>
    public ulong Rcx;

    /// <summary>General register.</summary>
    public ulong Rdx;

    /// <summary>General register.</summary>
    public ulong Rsi;

    /// <summary>General register.</summary>
    public ulong Rdi;

    /// <summary>Stack pointer.</summary>
    public ulong Rsp;

    /// <summary>General register.</summary>
    public ulong Rbp;

    /// <summary>General register.</summary>
    public ulong R8;

    /// <summary>General register.</summary>
    public ulong R9;

    /// <summary>General register; the first argument of a system call in the NT convention.</summary>
    public ulong R10;

    /// <summary>General register; after a <c>syscall</c> the flags.</summary>
    public ulong R11;

    /// <summary>General register.</summary>
    public ulong R12;

    /// <summary>General register.</summary>
    public ulong R13;

    /// <summary>General register.</summary>
    public ulong R14;

    /// <summary>General register.</summary>
    public ulong R15;

    /// <summary>Where user code continues.</summary>
    public ulong Rip;

    /// <summary>Flags; <see cref="GuestCpu.Run"/> forces those that user code may not choose.</summary>
    public ulong RFlags;
}
