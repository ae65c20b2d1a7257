namespace PortableVirt.Kernel;

/// <summary>One return of the guest to the host.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Gate">The gate of a system call.</param>
/// <param name="Vector">
/// Exception or software-interrupt vector, 0 to 255. For <see cref="SyscallGate.Sysenter"/> the vector that the processor raised (6 or 13),
/// for <see cref="SyscallGate.Int2E"/> 0x2E.
/// </param>
/// <param name="ErrorCode">The processor's error code; 0 where the vector has none.</param>
/// <param name="FaultAddress">CR2 of a page fault; for a memory fault the guest-physical address where KVM tells it, else 0.</param>
/// <param name="IsSoftwareInterrupt">True for <c>int n</c>, <c>int3</c>, <c>into</c>: Rip is behind the instruction.</param>
/// <param name="InstructionAddress">Address of the instruction that caused the exit; for <c>syscall</c> the instruction itself (Rip - 2).</param>
public readonly record struct GuestExit(
    GuestExitKind Kind,
    SyscallGate Gate = SyscallGate.None,
    byte Vector = 0,
    uint ErrorCode = 0,
    ulong FaultAddress = 0,
    bool IsSoftwareInterrupt = false,
    ulong InstructionAddress = 0);
