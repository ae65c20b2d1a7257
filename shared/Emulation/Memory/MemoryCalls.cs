using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Memory;

/// <summary>System calls of virtual memory.</summary>
internal static class MemoryCalls
{
    private const uint ProcessVmOperation = 0x8;
    private const uint ProcessVmRead = 0x10;
    private const uint ProcessVmWrite = 0x20;
    private const int CopyChunk = 0x10000;

    [NtSyscall("NtAllocateVirtualMemory", Support.Partial, "no AWE, no large pages")]
    internal static NtStatus NtAllocateVirtualMemory(NtThread t, Handle process, GuestPointer address, ulong zeroBits, GuestPointer size, uint type, uint protection)
    {
        NtStatus status = t.Reference(process, ProcessVmOperation, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!t.Memory.TryRead(address, out ulong wanted) || !t.Memory.TryRead(size, out ulong bytes))
        {
            return NtStatus.AccessViolation;
        }
        if (!TryGetHighest(zeroBits, out ulong highest))
        {
            return NtStatus.InvalidParameter3;
        }
        AllocationRequest request = new() { Address = wanted, Size = bytes, Type = type, Protection = PageProtection.WithoutTargets(protection), HighestAddress = highest };
        NoteCodeMaker(t, protection, "allocates");
        return Finish(t, target.AddressSpace.Allocate(request, out ulong start, out ulong taken), address, start, size, taken);
    }

    [NtSyscall("NtAllocateVirtualMemoryEx", Support.Partial, "extended parameters other than address requirements and the NUMA node are refused")]
    internal static NtStatus NtAllocateVirtualMemoryEx(NtThread t, Handle process, GuestPointer address, GuestPointer size, uint type, uint protection, GuestPointer parameters, uint count)
    {
        NtStatus status = t.Reference(process, ProcessVmOperation, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!t.Memory.TryRead(address, out ulong wanted) || !t.Memory.TryRead(size, out ulong bytes))
        {
            return NtStatus.AccessViolation;
        }
        AllocationRequest request = new() { Address = wanted, Size = bytes, Type = type, Protection = PageProtection.WithoutTargets(protection) };
        status = ExtendedParameters.Apply(t, parameters, count, ref request);
        NoteCodeMaker(t, protection, "allocates");
        return status.IsSuccess ? Finish(t, target.AddressSpace.Allocate(request, out ulong start, out ulong taken), address, start, size, taken) : status;
    }

    [NtSyscall("NtFreeVirtualMemory", Support.Full)]
    internal static NtStatus NtFreeVirtualMemory(NtThread t, Handle process, GuestPointer address, GuestPointer size, uint type)
    {
        NtStatus status = t.Reference(process, ProcessVmOperation, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!t.Memory.TryRead(address, out ulong start) || !t.Memory.TryRead(size, out ulong bytes))
        {
            return NtStatus.AccessViolation;
        }
        return Finish(t, target.AddressSpace.Free(ref start, ref bytes, type), address, start, size, bytes);
    }

    [NtSyscall("NtProtectVirtualMemory", Support.Full)]
    internal static NtStatus NtProtectVirtualMemory(NtThread t, Handle process, GuestPointer address, GuestPointer size, uint protection, GuestPointer old)
    {
        NtStatus status = t.Reference(process, ProcessVmOperation, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!t.Memory.TryRead(address, out ulong start) || !t.Memory.TryRead(size, out ulong bytes) || !t.Memory.CanWrite(old, 4))
        {
            return NtStatus.AccessViolation;
        }
        if (t.Executive.Recorder is not null && target.Modules.Find(start) is null)
        {
            NoteCodeMaker(t, protection, "protects");
        }
        status = target.AddressSpace.Protect(ref start, ref bytes, PageProtection.WithoutTargets(protection), out uint before);
        return status.IsSuccess && !t.Memory.TryWrite(old, before) ? NtStatus.AccessViolation : Finish(t, status, address, start, size, bytes);
    }

    private static void NoteCodeMaker(NtThread t, uint protection, string call)
    {
        if (PageProtection.IsExecutable(protection))
        {
            t.Executive.Recorder?.NoteCodeMaker(t, call);
        }
    }

    [NtSyscall("NtReadVirtualMemory", Support.Full)]
    internal static NtStatus NtReadVirtualMemory(NtThread t, Handle process, GuestPointer source, GuestPointer buffer, ulong size, GuestPointer transferred)
    {
        NtStatus status = t.Reference(process, ProcessVmRead, out NtProcess target);
        return status.IsSuccess ? Copy(t, target.Memory, source, t.Memory, buffer, size, transferred, patch: false) : status;
    }

    [NtSyscall("NtWriteVirtualMemory", Support.Full)]
    internal static NtStatus NtWriteVirtualMemory(NtThread t, Handle process, GuestPointer destination, GuestPointer buffer, ulong size, GuestPointer transferred)
    {
        NtStatus status = t.Reference(process, ProcessVmWrite, out NtProcess target);
        return status.IsSuccess ? Copy(t, t.Memory, buffer, target.Memory, destination, size, transferred, patch: true) : status;
    }

    [NtSyscall("NtFlushInstructionCache", Support.Full)]
    internal static NtStatus NtFlushInstructionCache(NtThread t, Handle process, GuestPointer address, ulong size) => t.Reference(process, 0, out NtProcess _);

    [NtSyscall("NtFlushProcessWriteBuffers", Support.Full)]
    internal static NtStatus NtFlushProcessWriteBuffers(NtThread t)
    {
        // A kicked vCPU has passed through the host: its stores are visible and its later loads are fresh.
        t.Process.BarrierOtherThreads(t);
        return NtStatus.Success;
    }

    [NtSyscall("NtLockVirtualMemory", Support.Partial, "pages are brought in and marked, not pinned")]
    internal static NtStatus NtLockVirtualMemory(NtThread t, Handle process, GuestPointer address, GuestPointer size, uint type) =>
        ChangeLock(t, process, address, size, type, static (space, start, end) => space.LockPages(start, end));

    [NtSyscall("NtUnlockVirtualMemory", Support.Full)]
    internal static NtStatus NtUnlockVirtualMemory(NtThread t, Handle process, GuestPointer address, GuestPointer size, uint type) =>
        ChangeLock(t, process, address, size, type, static (space, start, end) => space.UnlockPages(start, end));

    private static NtStatus ChangeLock(NtThread t, Handle process, GuestPointer address, GuestPointer size, uint type, Func<AddressSpace, ulong, ulong, NtStatus> change)
    {
        const uint processLock = 1, systemLock = 2;
        NtStatus status = t.Reference(process, ProcessVmOperation, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (type is 0 or > (processLock | systemLock))
        {
            return NtStatus.InvalidParameter;
        }
        if ((type & systemLock) != 0)
        {
            return NtStatus.PrivilegeNotHeld;
        }
        if (!t.Memory.TryRead(address, out ulong start) || !t.Memory.TryRead(size, out ulong bytes))
        {
            return NtStatus.AccessViolation;
        }
        if (start >= RegionList.EndAddress || bytes == 0 || bytes > RegionList.EndAddress - start)
        {
            return NtStatus.InvalidParameter;
        }
        ulong end = (start + bytes + 0xfff) & ~0xffful;
        start &= ~0xffful;
        return Finish(t, change(target.AddressSpace, start, end), address, start, size, end - start);
    }

    private static NtStatus Copy(NtThread t, GuestAccessor from, GuestPointer source, GuestAccessor to, GuestPointer target, ulong size, GuestPointer transferred, bool patch)
    {
        byte[] buffer = new byte[(int)Math.Min(size, CopyChunk)];
        ulong done = 0;
        while (done < size)
        {
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(size - done, CopyChunk));
            if (!from.TryRead(source + (long)done, part) || !(patch ? to.TryPatch(target + (long)done, part) : to.TryWrite(target + (long)done, part)))
            {
                break;
            }
            done += (ulong)part.Length;
        }
        if (!transferred.IsNull && !t.Memory.TryWrite(transferred, done))
        {
            return NtStatus.AccessViolation;
        }
        return done == size ? NtStatus.Success : NtStatus.PartialCopy;
    }

    /// <summary>ZeroBits is a count of high bits of a 32-bit address that must be zero (up to 32), or a mask of bits that may be set.</summary>
    internal static bool TryGetHighest(ulong zeroBits, out ulong highest)
    {
        highest = 0;
        if (zeroBits == 0)
        {
            return true;
        }
        if (zeroBits is > 21 and < 32)
        {
            return false;
        }
        highest = zeroBits <= 21 ? (1ul << (32 - (int)zeroBits)) - 1
            : zeroBits >= 0x8000_0000_0000_0000 ? 0
            : (ulong.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(zeroBits));
        return true;
    }

    internal static NtStatus Finish(NtThread t, NtStatus status, GuestPointer address, ulong start, GuestPointer size, ulong bytes) =>
        status.IsSuccess && (!t.Memory.TryWrite(address, start) || !t.Memory.TryWrite(size, bytes)) ? NtStatus.AccessViolation : status;
}
