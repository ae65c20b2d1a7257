using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Threads;

public sealed partial class NtThread
{
    private const ulong PageSize = 0x1000;

    /// <summary>Offset of GuaranteedStackBytes in the TEB: what SetThreadStackGuarantee asks for.</summary>
    private const int GuaranteedStackBytesOffset = 0x1748;

    /// <summary>
    /// The guard page of this thread's stack was hit. Above the guaranteed space the stack goes on: the page below becomes the
    /// guard and StackLimit follows. Inside it the rest is opened for the handler of STATUS_STACK_OVERFLOW.
    /// </summary>
    /// <returns>True when the stack goes on, false for an overflow.</returns>
    internal bool TryGrowStack(ulong address)
    {
        ulong page = address & ~(PageSize - 1);
        ulong bottom = StackAllocation + PageSize;
        Memory.TryRead(new GuestPointer(Teb) + GuaranteedStackBytesOffset, out uint wanted);
        ulong guaranteed = Math.Max((wanted + PageSize - 1) & ~(PageSize - 1), ThreadBuilder.OverflowReserve);
        ulong size;
        if (page >= bottom + guaranteed)
        {
            ulong guard = page - PageSize;
            size = PageSize;
            Process.AddressSpace.Protect(ref guard, ref size, PageProtection.ReadWrite | PageProtection.Guard, out _);
            return Memory.TryWrite(new GuestPointer(Teb) + 0x10, page);
        }
        size = page - bottom;
        if (page > bottom)
        {
            Process.AddressSpace.Protect(ref bottom, ref size, PageProtection.ReadWrite, out _);
        }
        Memory.TryWrite(new GuestPointer(Teb) + 0x10, StackAllocation + PageSize);
        return false;
    }
}
