using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Debugging;
using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Memory;

/// <summary>System calls of sections and views.</summary>
internal static class SectionCalls
{
    private const uint ProcessVmOperation = 0x8;
    private const uint SectionQuery = 0x1;
    private const uint SectionExtendSize = 0x10;
    private const uint SectionMapWrite = 0x2;
    private const uint SectionMapRead = 0x4;

    [NtSyscall("NtCreateSection", Support.Partial, "no large pages, no SEC_PROTECTED_IMAGE")]
    internal static NtStatus NtCreateSection(NtThread t, GuestPointer handle, uint access, GuestPointer attributes, GuestPointer maximumSize, uint protection, uint sectionAttributes, Handle file)
    {
        if (!t.Memory.TryWrite(handle, 0ul))
        {
            return NtStatus.AccessViolation;
        }
        long size = 0;
        if (!maximumSize.IsNull && !t.Memory.TryRead(maximumSize, out size))
        {
            return NtStatus.AccessViolation;
        }
        if (!PageProtection.IsValid(protection) || (protection & PageProtection.Guard) != 0)
        {
            return NtStatus.InvalidPageProtection;
        }
        NtStatus status = file.IsNull
            ? CreatePageFileSection(t, size, sectionAttributes, protection, out SectionObject? section)
            : CreateFileSection(t, file, size, sectionAttributes, protection, out section);
        return status.IsSuccess ? NamedObjects.Create(t, handle, access, attributes, section!) : status;
    }

    [NtSyscall("NtOpenSection", Support.Full)]
    internal static NtStatus NtOpenSection(NtThread t, GuestPointer handle, uint access, GuestPointer attributes) => NamedObjects.Open<SectionObject>(t, handle, access, attributes);

    [NtSyscall("NtMapViewOfSection", Support.Full)]
    internal static NtStatus NtMapViewOfSection(NtThread t, Handle section, Handle process, GuestPointer address, ulong zeroBits, ulong commit, GuestPointer offset, GuestPointer size, uint inherit, uint type, uint protection)
    {
        if (!MemoryCalls.TryGetHighest(zeroBits, out ulong highest))
        {
            return NtStatus.InvalidParameter4;
        }
        return Map(t, section, process, address, offset, size, new AllocationRequest { Type = type, Protection = protection, HighestAddress = highest });
    }

    [NtSyscall("NtMapViewOfSectionEx", Support.Partial, "extended parameters other than address requirements and the NUMA node are refused")]
    internal static NtStatus NtMapViewOfSectionEx(NtThread t, Handle section, Handle process, GuestPointer address, GuestPointer offset, GuestPointer size, uint type, uint protection, GuestPointer parameters, uint count)
    {
        AllocationRequest request = new() { Type = type, Protection = protection };
        NtStatus status = ExtendedParameters.Apply(t, parameters, count, ref request);
        // libwine's MapViewOfFile3 passes its null process, which Windows documents as the caller's, on to the call.
        return status.IsSuccess ? Map(t, section, process.IsNull ? Handle.CurrentProcess : process, address, offset, size, request) : status;
    }

    [NtSyscall("NtUnmapViewOfSection", Support.Full)]
    internal static NtStatus NtUnmapViewOfSection(NtThread t, Handle process, GuestPointer address) => NtUnmapViewOfSectionEx(t, process, address, 0);

    [NtSyscall("NtUnmapViewOfSectionEx", Support.Full)]
    internal static NtStatus NtUnmapViewOfSectionEx(NtThread t, Handle process, GuestPointer address, uint flags)
    {
        NtStatus status = t.Reference(process, ProcessVmOperation, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        bool isImage = target.Modules.Forget(address.Address);
        status = target.AddressSpace.UnmapView(address.Address, (flags & MemoryTypes.PreservePlaceholder) != 0);
        if (isImage && status.IsSuccess && target == t.Process)
        {
            DebugReports.ImageUnmapped(t, address.Address);
        }
        return status;
    }

    [NtSyscall("NtQuerySection", Support.Full)]
    internal static NtStatus NtQuerySection(NtThread t, Handle section, uint informationClass, GuestPointer buffer, ulong length, GuestPointer returned)
    {
        NtStatus status = t.Reference(section, SectionQuery, out SectionObject target);
        if (!status.IsSuccess)
        {
            return status;
        }
        byte[] data;
        switch (informationClass)
        {
            case 0:
                data = new byte[24];
                BitConverter.TryWriteBytes(data.AsSpan(8), target.Attributes);
                BitConverter.TryWriteBytes(data.AsSpan(16), target is ImageSection image ? image.Layout.FileSize : target.Size);
                break;
            case 1:
                if (target is not ImageSection executable)
                {
                    return NtStatus.SectionNotImage;
                }
                data = executable.DescribeImage(executable.Layout.ImageBase);
                break;
            default:
                return NtStatus.InvalidInfoClass;
        }
        if (length < (ulong)data.Length)
        {
            return NtStatus.InfoLengthMismatch;
        }
        bool written = t.Memory.TryWrite(buffer, data) && (returned.IsNull || t.Memory.TryWrite(returned, (ulong)data.Length));
        return written ? NtStatus.Success : NtStatus.AccessViolation;
    }

    [NtSyscall("NtExtendSection", Support.Full)]
    internal static NtStatus NtExtendSection(NtThread t, Handle section, GuestPointer size)
    {
        if (!t.Memory.TryRead(size, out long wanted))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(section, SectionExtendSize, out SectionObject target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (wanted < 0)
        {
            return NtStatus.InvalidParameter;
        }
        status = target.Extend((ulong)wanted, out ulong actual);
        return !status.IsSuccess || t.Memory.TryWrite(size, actual) ? status : NtStatus.AccessViolation;
    }

    [NtSyscall("NtFlushVirtualMemory", Support.Partial, "views of files are the page cache itself; nothing is forced to the disk")]
    internal static NtStatus NtFlushVirtualMemory(NtThread t, Handle process, GuestPointer address, GuestPointer size, GuestPointer ioStatus)
    {
        NtStatus status = t.Reference(process, ProcessVmOperation, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!t.Memory.TryRead(address, out ulong start))
        {
            return NtStatus.AccessViolation;
        }
        if (!target.AddressSpace.TryGetView(start, out _, out ulong viewStart, out ulong viewSize))
        {
            return NtStatus.NotMappedView;
        }
        // libwine's FlushViewOfFile passes no status block.
        bool written = ioStatus.IsNull || t.Memory.TryWrite(ioStatus, new Abi.IoStatusBlock64(NtStatus.Success, 0));
        return written ? MemoryCalls.Finish(t, NtStatus.Success, address, start & ~0xffful, size, viewStart + viewSize - (start & ~0xffful)) : NtStatus.AccessViolation;
    }

    /// <summary>Nothing is ever mapped below it.</summary>
    private const ulong LowestUserAddress = 0x10000;

    [NtSyscall("NtAreMappedFilesTheSame", Support.Full)]
    internal static NtStatus NtAreMappedFilesTheSame(NtThread t, GuestPointer first, GuestPointer second)
    {
        AddressSpace space = t.Process.AddressSpace;
        if (!space.TryGetView(first.Address, out SectionObject? a, out _, out _) || !space.TryGetView(second.Address, out SectionObject? b, out _, out _))
        {
            return first.Address < LowestUserAddress || second.Address < LowestUserAddress ? NtStatus.InvalidAddress : NtStatus.ConflictingAddresses;
        }
        return a == b || (a!.FileName is not null && a.FileName == b!.FileName) ? NtStatus.Success : NtStatus.NotSameDevice;
    }

    private static NtStatus CreatePageFileSection(NtThread t, long size, uint attributes, uint protection, out SectionObject? section)
    {
        section = null;
        if ((attributes & MemoryTypes.Image) != 0 || (attributes & (MemoryTypes.SectionCommit | MemoryTypes.SectionReserve)) == 0)
        {
            return (attributes & MemoryTypes.Image) != 0 ? NtStatus.InvalidFileForSection : NtStatus.InvalidParameter6;
        }
        if (size <= 0 || size > 1L << 42)
        {
            return size <= 0 ? NtStatus.InvalidParameter4 : NtStatus.SectionTooBig;
        }
        section = new PageFileSection(t.Executive.GuestMemory, (ulong)size, attributes, protection);
        return NtStatus.Success;
    }

    private static NtStatus CreateFileSection(NtThread t, Handle file, long size, uint attributes, uint protection, out SectionObject? section)
    {
        section = null;
        NtStatus status = t.Reference(file, 0, out KernelObject found, out uint granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (found is not ISectionSource source)
        {
            return found.Kind == ObjectKinds.File ? NtStatus.InvalidFileForSection : NtStatus.ObjectTypeMismatch;
        }
        bool write = (protection & (PageProtection.ReadWrite | PageProtection.ExecuteReadWrite)) != 0 && (attributes & MemoryTypes.Image) == 0;
        const uint readData = 0x1, writeData = 0x2, execute = 0x20;
        if ((granted & (readData | execute)) == 0 || (write && (granted & writeData) == 0))
        {
            return NtStatus.AccessDenied;
        }
        status = source.OpenForSection(write, out FileExtent? host);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = (attributes & MemoryTypes.Image) != 0
            ? ImageSectionFactory.Create(t.Executive, host!, source.SectionFileName, attributes, protection, out section)
            : CreateDataSection(t, source, host!, size, attributes, protection, write, out section);
        if (!status.IsSuccess)
        {
            host!.Dispose();
        }
        return status;
    }

    private static NtStatus CreateDataSection(NtThread t, ISectionSource source, FileExtent host, long size, uint attributes, uint protection, bool write, out SectionObject? section)
    {
        section = null;
        size = size == 0 ? host.Length : size;
        if (size <= 0)
        {
            return size < 0 ? NtStatus.InvalidParameter4 : NtStatus.MappedFileSizeZero;
        }
        if (size > host.Length)
        {
            NtStatus status = write ? source.ExtendTo(size) : NtStatus.SectionTooBig;
            if (!status.IsSuccess)
            {
                return status;
            }
        }
        section = new FileSection(t.Executive.GuestMemory, host, (ulong)size, attributes, protection, source.RegisterSection(size)) { FileName = source.SectionFileName };
        return NtStatus.Success;
    }

    /// <summary>SECTION_MAP_WRITE for a view that writes to the section, SECTION_MAP_READ for others.</summary>
    private static uint RightsFor(uint protection) =>
        (protection & (PageProtection.ReadWrite | PageProtection.ExecuteReadWrite)) != 0 ? SectionMapWrite : SectionMapRead;

    private static NtStatus Map(NtThread t, Handle section, Handle process, GuestPointer address, GuestPointer offset, GuestPointer size, AllocationRequest request)
    {
        NtStatus status = t.Reference(section, RightsFor(request.Protection), out SectionObject source);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = t.Reference(process, ProcessVmOperation, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        ulong start = 0;
        if (!t.Memory.TryRead(address, out ulong wanted) || !t.Memory.TryRead(size, out ulong bytes) || (!offset.IsNull && !t.Memory.TryRead(offset, out start)))
        {
            return NtStatus.AccessViolation;
        }
        if ((start & 0xffff) != 0)
        {
            return NtStatus.MappedAlignment;
        }
        request = request with { Address = wanted, Size = bytes };
        ulong mapped;
        ulong mappedSize;
        if (source is ImageSection image)
        {
            status = target.AddressSpace.MapImage(image, request, out mapped, out mappedSize);
            if (status.IsSuccess)
            {
                target.Modules.Note(mapped, image);
                t.Executive.LaunchCapture?.ImageMapped(target, mapped, image);
                t.Executive.Recorder?.NoteLoad(t, image.FileName ?? "");
            }
        }
        else
        {
            status = target.AddressSpace.MapView(source, request, start, out mapped, out mappedSize);
            if (status.IsSuccess && PageProtection.IsExecutable(request.Protection))
            {
                t.Executive.Recorder?.NoteCodeMaker(t, "maps");
            }
        }
        status = MemoryCalls.Finish(t, status, address, mapped, size, mappedSize);
        if (status.IsSuccess && target == t.Process && source is ImageSection)
        {
            DebugReports.ImageMapped(t, mapped, source.FileName ?? "");
        }
        return status;
    }
}
