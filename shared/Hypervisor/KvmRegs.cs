using System.Runtime.InteropServices;

namespace PortableVirt.Hypervisor;

/// <summary>struct kvm_regs of linux/kvm.h, 144 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct KvmRegs
{
    /// <summary>Register.</summary>
    public ulong Rax, Rbx, Rcx, Rdx, Rsi, Rdi, Rsp, Rbp;

    /// <summary>Register.</summary>
    public ulong R8, R9, R10, R11, R12, R13, R14, R15;

    /// <summary>Instruction pointer and flags.</summary>
    public ulong Rip, RFlags;
}
