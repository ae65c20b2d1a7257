using System.Numerics;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Processes;

/// <summary>
/// ProcessThreadStackAllocation: reserves the address range of a stack; RtlCreateUserStack (fibers) commits it itself.
/// PROCESS_STACK_ALLOCATION_INFORMATION is {reserve size, zero bits, stack base}, 24 bytes; the extended form has 16 bytes before it.
/// </summary>
internal static class ThreadStackAllocation
{
    private const uint Size = 24;
    private const uint ExtendedSize = 40;

    /// <summary>Reads the request, reserves, and writes the base back.</summary>
    public static NtStatus Allocate(NtThread t, NtProcess target, GuestPointer buffer, uint length)
    {
        if (length is not (Size or ExtendedSize))
        {
            return NtStatus.InfoLengthMismatch;
        }
        GuestPointer request = buffer + (length - Size);
        if (!t.Memory.TryRead(request, out ulong reserve) || !t.Memory.TryRead(request + 8, out ulong zeroBits) || !t.Memory.CanWrite(request + 16, 8))
        {
            return NtStatus.AccessViolation;
        }
        AllocationRequest allocation = new()
        {
            Size = reserve,
            Type = MemoryTypes.Reserve,
            Protection = PageProtection.ReadWrite,
            HighestAddress = zeroBits == 0 ? 0 : zeroBits < 32 ? uint.MaxValue >> (int)zeroBits : ulong.MaxValue >> BitOperations.LeadingZeroCount(zeroBits),
        };
        NtStatus status = target.AddressSpace.Allocate(allocation, out ulong stack, out _);
        return status.IsSuccess && !t.Memory.TryWrite(request + 16, stack) ? NtStatus.AccessViolation : status;
    }
}
