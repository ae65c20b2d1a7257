using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Threads;

public sealed partial class NtThread
{
    private const ulong PageSize = 0x1000;

    /// <summary>Offset of StackBase in the TEB: first address above the stack.</summary>
    private const int StackBaseOffset = 0x8;

    /// <summary>Offset of StackLimit in the TEB: lowest address above the guard page.</summary>
    private const int StackLimitOffset = 0x10;

    /// <summary>Offset of DeallocationStack in the TEB: lowest address of the stack's reservation.</summary>
    private const int DeallocationStackOffset = 0x1478;

    /// <summary>Offset of GuaranteedStackBytes in the TEB: what SetThreadStackGuarantee asks for.</summary>
    private const int GuaranteedStackBytesOffset = 0x1748;

    /// <summary>What is opened below the guard page at an overflow of a stack that the program made itself: two pages, as NT leaves.</summary>
    private const ulong OwnStackReserve = 2 * PageSize;

    /// <summary>
    /// True for an address in the stack that the thread runs on: the one that its TEB names. Fibers and coroutine libraries put theirs there,
    /// and NT goes by it. Reads guest memory.
    /// </summary>
    internal bool IsInStack(ulong address)
    {
        (ulong bottom, ulong top) = CurrentStack();
        return address >= bottom && address < top;
    }

    /// <summary>
    /// The guard page of this thread's stack was hit. Above the guaranteed space the stack goes on: the page below is committed and becomes the
    /// guard, and StackLimit follows. Inside it the rest is opened for the handler of STATUS_STACK_OVERFLOW.
    /// </summary>
    /// <returns>True when the stack goes on, false for an overflow.</returns>
    internal bool TryGrowStack(ulong address)
    {
        ulong page = address & ~(PageSize - 1);
        ulong allocation = CurrentStack().Bottom;
        ulong bottom = allocation + PageSize;
        Memory.TryRead(new GuestPointer(Teb) + GuaranteedStackBytesOffset, out uint wanted);
        ulong least = allocation == StackAllocation ? ThreadBuilder.OverflowReserve : OwnStackReserve;
        ulong guaranteed = Math.Max((wanted + PageSize - 1) & ~(PageSize - 1), least);
        if (page >= bottom + guaranteed)
        {
            return Open(page - PageSize, PageSize, PageProtection.ReadWrite | PageProtection.Guard) && SetStackLimit(page);
        }
        if (page > bottom)
        {
            Open(bottom, page - bottom, PageProtection.ReadWrite);
        }
        SetStackLimit(bottom);
        return false;
    }

    private bool Open(ulong address, ulong size, uint protection) =>
        Process.AddressSpace.Allocate(new AllocationRequest { Address = address, Size = size, Type = MemoryTypes.Commit, Protection = protection }, out _, out _).IsSuccess;

    private bool SetStackLimit(ulong limit) => Memory.TryWrite(new GuestPointer(Teb) + StackLimitOffset, limit);

    private (ulong Bottom, ulong Top) CurrentStack()
    {
        GuestPointer teb = new(Teb);
        return Memory.TryRead(teb + StackBaseOffset, out ulong top) && Memory.TryRead(teb + DeallocationStackOffset, out ulong bottom) && bottom <= RegionList.EndAddress
            ? (bottom & ~(PageSize - 1), top)
            : (StackAllocation, StackBase);
    }
}
