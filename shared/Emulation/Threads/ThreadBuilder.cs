using PortableVirt.Emulation.Exceptions;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;

namespace PortableVirt.Emulation.Threads;

/// <summary>Makes threads: stack, TEB and initial context. Layout of the TEB: winternl.h of Wine 8.0; needs of the DLLs: measured.</summary>
internal static class ThreadBuilder
{
    private const ulong TebBlock = 0x10000;
    private const ulong MinimumStack = 1 << 20;
    private const ulong MaximumStack = 1ul << 32;

    /// <summary>
    /// Pages between the end of the stack and the guard page: what a handler of STATUS_STACK_OVERFLOW can run on. The page below
    /// them is never accessible.
    /// </summary>
    internal const ulong OverflowReserve = 0x8000;

    /// <summary>
    /// Makes a thread that will start at <paramref name="start"/> with <paramref name="argument"/>, ready to be started.
    /// STATUS_NO_MEMORY when stack, TEB or vCPU cannot be had, STATUS_PROCESS_IS_TERMINATING.
    /// </summary>
    /// <param name="process">The process.</param>
    /// <param name="start">First function (RCX of RtlUserThreadStart).</param>
    /// <param name="argument">Its argument.</param>
    /// <param name="stackReserve">Bytes of stack, 0 for the program's default.</param>
    /// <param name="thread">The thread.</param>
    public static NtStatus Create(NtProcess process, ulong start, ulong argument, ulong stackReserve, out NtThread? thread)
    {
        thread = null;
        process.Executive.LaunchCapture?.ThreadComes(process);
        AddressSpace space = process.AddressSpace;
        ulong reserve = Math.Clamp(stackReserve == 0 ? process.DefaultStackReserve : stackReserve, MinimumStack, MaximumStack);
        AllocationRequest stackRequest = new() { Size = (reserve + 0xffff) & ~0xfffful, Type = MemoryTypes.Reserve | MemoryTypes.Commit, Protection = PageProtection.ReadWrite };
        NtStatus status = space.Allocate(stackRequest, out ulong stack, out ulong stackSize);
        if (!status.IsSuccess)
        {
            return status;
        }
        AllocationRequest tebRequest = new() { Size = TebBlock, Type = MemoryTypes.Reserve | MemoryTypes.Commit | MemoryTypes.TopDown, Protection = PageProtection.ReadWrite, HighestAddress = 0x7fff_ffff };
        status = space.Allocate(tebRequest, out ulong teb, out _);
        if (!status.IsSuccess)
        {
            Release(space, stack);
            return status;
        }
        thread = new NtThread(process) { Teb = teb, StackAllocation = stack, StackBase = stack + stackSize, StartAddress = start };
        ulong context = ((thread.StackBase - 0x28) & ~15ul) - GuestContext.Size;
        try
        {
            thread.RentCpu();
        }
        catch (Hypervisor.KvmException)
        {
            status = NtStatus.NoMemory;
        }
        if (!status.IsSuccess || !GuardStack(space, stack) || !FillTeb(thread, stack) || !FillContext(thread, context, start, argument))
        {
            status = NtStatus.NoMemory;
        }
        else
        {
            ref Kernel.UserRegisters r = ref thread.Cpu!.Registers;
            (r.Rip, r.Rcx, r.Rsp, r.RFlags) = (process.Ntdll.LdrInitializeThunk, context, context - 8, 0x202);
            status = process.TryAdd(thread) ? NtStatus.Success : NtStatus.ProcessIsTerminating;
        }
        if (!status.IsSuccess)
        {
            thread.ReturnCpu();
            process.Executive.ClientIds.Release(thread.ThreadId);
            Release(space, stack);
            Release(space, teb);
        }
        return status;
    }

    private static bool GuardStack(AddressSpace space, ulong stack)
    {
        ulong address = stack;
        ulong size = 0x1000;
        if (!space.Protect(ref address, ref size, PageProtection.NoAccess, out _).IsSuccess)
        {
            return false;
        }
        address = stack + OverflowReserve;
        return space.Protect(ref address, ref size, PageProtection.ReadWrite | PageProtection.Guard, out _).IsSuccess;
    }

    private static bool FillTeb(NtThread thread, ulong stack)
    {
        GuestAccessor memory = thread.Memory;
        GuestPointer teb = new(thread.Teb);
        ulong activationStack = thread.Teb + 0x290;
        return memory.TryWrite(teb, ulong.MaxValue)
            && memory.TryWrite(teb + 0x8, thread.StackBase)
            && memory.TryWrite(teb + 0x10, stack + OverflowReserve + 0x1000)
            && memory.TryWrite(teb + 0x30, thread.Teb)
            && memory.TryWrite(teb + 0x40, new Abi.ClientId64(thread.Process.ProcessId, thread.ThreadId))
            && memory.TryWrite(teb + 0x60, thread.Process.Peb)
            && memory.TryWrite(teb + 0x298, activationStack + 8)
            && memory.TryWrite(teb + 0x2a0, activationStack + 8)
            && memory.TryWrite(teb + 0x2c8, activationStack)
            && memory.TryWrite(teb + 0x7d8, new Abi.ClientId64(thread.Process.ProcessId, thread.ThreadId))
            && memory.TryWrite(teb + 0x1258, new Abi.UnicodeString64 { MaximumLength = 0x20a, Buffer = thread.Teb + 0x1268 })
            && memory.TryWrite(teb + 0x1478, stack);
    }

    private static bool FillContext(NtThread thread, ulong address, ulong start, ulong argument)
    {
        GuestContext context = new()
        {
            ContextFlags = GuestContext.All,
            Rip = thread.Process.Ntdll.RtlUserThreadStart,
            Rsp = thread.StackBase - 0x28,
            Rcx = start,
            Rdx = argument,
            SegCs = 0x33,
            SegDs = 0x2b,
            SegEs = 0x2b,
            SegFs = 0x53,
            SegGs = 0x2b,
            SegSs = 0x2b,
            EFlags = 0x200,
            MxCsr = 0x1f80,
        };
        context.SetInitialFloatingState();
        return thread.Memory.TryWrite(new GuestPointer(address), context);
    }

    private static void Release(AddressSpace space, ulong address)
    {
        ulong size = 0;
        space.Free(ref address, ref size, MemoryTypes.Release);
    }
}
