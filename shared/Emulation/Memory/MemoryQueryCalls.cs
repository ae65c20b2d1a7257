using System.Runtime.InteropServices;
using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Memory;

/// <summary>NtQueryVirtualMemory and its relatives.</summary>
internal static class MemoryQueryCalls
{
    private const uint ProcessVmOperation = 0x8;
    private const uint ProcessQueryLimited = 0x1000;
    private const uint BasicInformation = 0;
    private const uint WorkingSetList = 1;
    private const uint WorkingSetEx = 4;
    private const uint MappedFileName = 2;
    private const uint RegionInformation = 3;
    private const uint ImageInformation = 6;
    private const uint WineUnixFunctions = 1000;

    [NtSyscall("NtQueryVirtualMemory", Support.Partial, "classes 0 to 4, 6 and libwine's 1000")]
    internal static NtStatus NtQueryVirtualMemory(NtThread t, Handle process, GuestPointer address, uint informationClass, GuestPointer buffer, ulong length, GuestPointer returned)
    {
        NtStatus status = t.Reference(process, ProcessQueryLimited, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        switch (informationClass)
        {
            case BasicInformation:
                status = target.AddressSpace.Query(address.Address, out MemoryInformation information);
                return status.IsSuccess ? Return(t, buffer, length, returned, information) : status;
            case MappedFileName:
                return ReturnName(t, target, address.Address, buffer, length, returned);
            case RegionInformation:
                return DescribeRegion(t, target, address.Address, buffer, length, returned);
            case WorkingSetList:
                return ListWorkingSet(t, target, buffer, length, returned);
            case WorkingSetEx:
                return DescribePages(t, target, buffer, length, returned);
            case ImageInformation:
                return DescribeImage(t, target, address.Address, buffer, length, returned);
            case WineUnixFunctions:
                return target.AddressSpace.TryGetView(address.Address, out SectionObject? section, out ulong start, out _) && section is ImageSection
                    ? Return(t, buffer, length, returned, start)
                    : NtStatus.InvalidParameter;
            default:
                return NtStatus.InvalidInfoClass;
        }
    }

    private static NtStatus Return<T>(NtThread t, GuestPointer buffer, ulong length, GuestPointer returned, in T value)
        where T : unmanaged
    {
        ulong size = (ulong)Marshal.SizeOf<T>();
        if (length < size)
        {
            return NtStatus.InfoLengthMismatch;
        }
        return t.Memory.TryWrite(buffer, value) && (returned.IsNull || t.Memory.TryWrite(returned, size)) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    private static NtStatus ReturnName(NtThread t, NtProcess target, ulong address, GuestPointer buffer, ulong length, GuestPointer returned)
    {
        if (!target.AddressSpace.TryGetView(address, out SectionObject? section, out _, out _))
        {
            return NtStatus.InvalidAddress;
        }
        if (section!.FileName is not { } name)
        {
            return NtStatus.FileInvalid;
        }
        ulong needed = 16 + ((ulong)name.Length * 2) + 2;
        if (!returned.IsNull && !t.Memory.TryWrite(returned, needed))
        {
            return NtStatus.AccessViolation;
        }
        if (length < needed)
        {
            return length < 16 ? NtStatus.InfoLengthMismatch : NtStatus.BufferOverflow;
        }
        UnicodeString64 header = new() { Length = (ushort)(name.Length * 2), MaximumLength = (ushort)((name.Length * 2) + 2), Buffer = buffer.Address + 16 };
        bool written = t.Memory.TryWrite(buffer, header) && t.Memory.TryWrite(buffer + 16, MemoryMarshal.AsBytes((name + "\0").AsSpan()));
        return written ? NtStatus.Success : NtStatus.AccessViolation;
    }

    private static NtStatus DescribeRegion(NtThread t, NtProcess target, ulong address, GuestPointer buffer, ulong length, GuestPointer returned)
    {
        NtStatus status = target.AddressSpace.DescribeRegion(address, out MemoryRegionInformation information);
        return status.IsSuccess ? Return(t, buffer, length, returned, information) : status;
    }

    private static NtStatus DescribeImage(NtThread t, NtProcess target, ulong address, GuestPointer buffer, ulong length, GuestPointer returned)
    {
        if (!target.AddressSpace.TryGetView(address, out SectionObject? section, out ulong start, out ulong size) || section is not ImageSection)
        {
            return NtStatus.InvalidAddress;
        }
        return Return(t, buffer, length, returned, new MemoryImageInformation(start, size));
    }

    /// <summary>MEMORY_WORKING_SET_INFORMATION: a count, then a block a page. STATUS_INFO_LENGTH_MISMATCH with the count when there is no room.</summary>
    private static NtStatus ListWorkingSet(NtThread t, NtProcess target, GuestPointer buffer, ulong length, GuestPointer returned)
    {
        const ulong headerSize = 8;
        if (length < headerSize)
        {
            return NtStatus.InfoLengthMismatch;
        }
        List<ulong> entries = [];
        ulong room = (length - headerSize) / headerSize;
        ulong count = target.AddressSpace.ListWorkingSet(entries, room);
        bool written = t.Memory.TryWrite(buffer, count);
        if (written && count <= room)
        {
            written = t.Memory.TryWrite(buffer + (long)headerSize, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(entries)))
                && (returned.IsNull || t.Memory.TryWrite(returned, headerSize * (count + 1)));
        }
        return !written ? NtStatus.AccessViolation : count <= room ? NtStatus.Success : NtStatus.InfoLengthMismatch;
    }

    /// <summary>An array of { address, attributes }: what pages are resident and how they are protected.</summary>
    private static NtStatus DescribePages(NtThread t, NtProcess target, GuestPointer buffer, ulong length, GuestPointer returned)
    {
        const ulong entrySize = 16;
        if (length < entrySize)
        {
            return NtStatus.InfoLengthMismatch;
        }
        for (long i = 0; i < (long)(length / entrySize); i++)
        {
            GuestPointer entry = buffer + (i * (long)entrySize);
            if (!t.Memory.TryRead(entry, out ulong page) || !t.Memory.TryWrite(entry + 8, target.AddressSpace.DescribePage(page)))
            {
                return NtStatus.AccessViolation;
            }
        }
        return returned.IsNull || t.Memory.TryWrite(returned, length) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    [NtSyscall("NtGetWriteWatch", Support.Full)]
    internal static NtStatus NtGetWriteWatch(NtThread t, Handle process, uint flags, GuestPointer address, ulong size, GuestPointer addresses, GuestPointer count, GuestPointer granularity)
    {
        const uint reset = 1;
        NtStatus status = t.Reference(process, ProcessVmOperation, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!t.Memory.TryRead(count, out ulong capacity) || !t.Memory.CanWrite(granularity, 4))
        {
            return NtStatus.AccessViolation;
        }
        if (capacity == 0 || size == 0 || flags > reset)
        {
            return capacity == 0 || size == 0 ? NtStatus.InvalidParameter3 : NtStatus.InvalidParameter2;
        }
        status = target.AddressSpace.TakeWritten(address.Address, size, capacity, flags == reset, out List<ulong> pages);
        if (!status.IsSuccess)
        {
            return status;
        }
        bool written = t.Memory.TryWrite(addresses, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(pages)))
            && t.Memory.TryWrite(count, (ulong)pages.Count) && t.Memory.TryWrite(granularity, 0x1000u);
        return written ? NtStatus.Success : NtStatus.AccessViolation;
    }

    [NtSyscall("NtResetWriteWatch", Support.Full)]
    internal static NtStatus NtResetWriteWatch(NtThread t, Handle process, GuestPointer address, ulong size)
    {
        NtStatus status = t.Reference(process, ProcessVmOperation, out NtProcess target);
        return status.IsSuccess ? target.AddressSpace.TakeWritten(address.Address, size, ulong.MaxValue, true, out _) : status;
    }

    [NtSyscall("NtSetInformationVirtualMemory", Support.Partial, "prefetch hints are accepted and ignored")]
    internal static NtStatus NtSetInformationVirtualMemory(NtThread t, Handle process, uint informationClass, ulong count, GuestPointer ranges, GuestPointer information, uint length)
    {
        const uint prefetch = 0;
        NtStatus status = t.Reference(process, ProcessQueryLimited, out NtProcess _);
        if (!status.IsSuccess || informationClass != prefetch)
        {
            return status.IsSuccess ? NtStatus.InvalidParameter2 : status;
        }
        return length < sizeof(uint) ? NtStatus.InfoLengthMismatch
            : !t.Memory.TryRead(information, out uint flags) ? NtStatus.AccessViolation
            : flags != 0 ? NtStatus.InvalidParameter
            : NtStatus.Success;
    }
}
