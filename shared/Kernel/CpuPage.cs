using System.Runtime.InteropServices;
using PortableVirt.Hypervisor;

namespace PortableVirt.Kernel;

/// <summary>A virtual processor's own supervisor page: GDT, TSS and exception stacks.</summary>
internal sealed class CpuPage(KernelMemory memory, ulong gpa, ulong va)
{
    /// <summary>Linear address.</summary>
    public ulong Address => va;

    /// <summary>Where <see cref="UserFrame"/> lies.</summary>
    public ulong UserFrameAddress => va + KernelLayout.StackTop - KernelLayout.FrameSize;

    /// <summary>The frame of an exception from user mode, or the one that <c>iretq</c> is to take.</summary>
    public ref InterruptFrame UserFrame => ref Frame(KernelLayout.StackTop - KernelLayout.FrameSize);

    /// <summary>Finds the frame that a stack pointer refers to. False when it is not at the end of one of the two stacks.</summary>
    /// <param name="rsp">The stack pointer in the stub.</param>
    /// <param name="hasErrorCode">True when an error code lies below the frame.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="errorCode">The error code, 0 without one.</param>
    public bool TryReadFrame(ulong rsp, bool hasErrorCode, out InterruptFrame frame, out uint errorCode)
    {
        ulong start = rsp - va + (hasErrorCode ? 8UL : 0);
        if (start is not (KernelLayout.StackTop - KernelLayout.FrameSize or KernelLayout.InterruptStackTop - KernelLayout.FrameSize))
        {
            frame = default;
            errorCode = 0;
            return false;
        }

        frame = Frame((int)start);
        errorCode = hasErrorCode ? MemoryMarshal.Read<uint>(memory.Page(gpa)[(int)(start - 8)..]) : 0;
        return true;
    }

    private ref InterruptFrame Frame(int offset) =>
        ref MemoryMarshal.AsRef<InterruptFrame>(memory.Page(gpa).Slice(offset, KernelLayout.FrameSize));
}
