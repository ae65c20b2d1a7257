using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Processes;

/// <summary>
/// Makes processes: address space, program image, ntdll, PEB, parameters and the first thread, in the state in which ntdll's
/// LdrInitializeThunk takes over. Contract: facts measured on libwine 8.0 (what its Unix side prepares).
/// </summary>
public static class ProcessBuilder
{
    private const ulong PebBlock = 0x10000;

    /// <summary>The api set map's place in PEB.</summary>
    private const int ApiSetMapOffset = 0x68;

    /// <summary>Where libwine's files say what they are: behind the DOS header.</summary>
    private const int LibrarySignatureOffset = 0x40;

    private static ReadOnlySpan<byte> LibrarySignature => "Wine builtin DLL"u8;

    /// <summary>
    /// Builds a process with one thread that has not started. The sections stay the caller's.
    /// </summary>
    /// <param name="executive">The executive.</param>
    /// <param name="image">The program.</param>
    /// <param name="process">The process; its handle table is filled by <paramref name="prepare"/>.</param>
    /// <param name="prepare">Called once the process object exists: opens standard handles and gives the parameters.</param>
    /// <param name="thread">The first thread.</param>
    public static NtStatus Create(Executive executive, ImageSection image, Func<NtProcess, ProcessStart> prepare, out NtProcess? process, out NtThread? thread)
    {
        thread = null;
        AddressSpace space = new(executive.Kernel, executive.CommitCharge);
        process = new NtProcess(executive, space);
        NtStatus status = Fill(executive, image, process, prepare(process));
        if (status.IsSuccess)
        {
            status = ThreadBuilder.Create(process, process.EntryPoint, process.Peb, 0, out thread);
        }
        if (!status.IsSuccess)
        {
            process.Handles.CloseAll();
            space.Destroy();
            executive.ClientIds.Release(process.ProcessId);
            process = null;
            return status;
        }
        executive.OnProcessStarted(process);
        return NtStatus.Success;
    }

    private static NtStatus Fill(Executive executive, ImageSection image, NtProcess process, ProcessStart start)
    {
        AddressSpace space = process.AddressSpace;
        NtStatus status = executive.SharedData.MapInto(space);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = space.MapImage(image, default, out ulong imageBase, out _);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (status == NtStatus.ImageNotAtBase)
        {
            // libwine's loader does not relocate the program itself; its preferred place is free in a fresh address space unless it lies outside user space.
            return NtStatus.ConflictingAddresses;
        }
        process.Modules.Note(imageBase, image);
        process.ImageBase = imageBase;
        executive.Recorder?.NoteModule(image.FileName ?? "");
        status = MapNtdll(executive, process);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = MapApiSets(executive, space, out ulong apiSets);
        if (!status.IsSuccess)
        {
            return status;
        }
        // 0 asks for a new group (measured: CREATE_NEW_PROCESS_GROUP in libwine's kernelbase).
        process.ProcessGroupId = start.ProcessGroupId != 0 ? start.ProcessGroupId : process.ProcessId;
        start = start with { ProcessGroupId = process.ProcessGroupId };
        status = ProcessParametersWriter.Write(process, start, out ulong parameters);
        if (!status.IsSuccess)
        {
            return status;
        }
        AllocationRequest pebRequest = new() { Size = PebBlock, Type = MemoryTypes.Reserve | MemoryTypes.Commit | MemoryTypes.TopDown, Protection = PageProtection.ReadWrite, HighestAddress = 0x7fff_ffff };
        status = space.Allocate(pebRequest, out ulong peb, out _);
        if (!status.IsSuccess)
        {
            return status;
        }
        process.Peb = peb;
        process.EntryPoint = image.Layout.EntryPoint == 0 ? 0 : imageBase + image.Layout.EntryPoint;
        process.DefaultStackReserve = image.Layout.StackReserve;
        process.SetImage(start.ImagePath, start.CommandLine, image.DescribeImage(imageBase));
        process.IsLibraryProgram = HasLibrarySignature(process, imageBase);
        return FillPeb(process, image, imageBase, parameters, apiSets) ? NtStatus.Success : NtStatus.NoMemory;
    }

    internal static bool HasLibrarySignature(NtProcess process, ulong imageBase)
    {
        Span<byte> signature = stackalloc byte[LibrarySignature.Length];
        return process.Memory.TryRead(new GuestPointer(imageBase + LibrarySignatureOffset), signature) && signature.SequenceEqual(LibrarySignature);
    }

    private static NtStatus MapNtdll(Executive executive, NtProcess process)
    {
        NtStatus status = executive.Ntdll.TryGetSection(out ImageSection? section);
        if (!status.IsSuccess || !(status = process.AddressSpace.MapImage(section!, default, out ulong address, out _)).IsSuccess)
        {
            return status;
        }
        process.Modules.Note(address, section!);
        executive.Recorder?.NoteModule(section!.FileName ?? "");
        process.Ntdll = new MappedNtdll(address, executive.Ntdll.Exports);
        return Poke(executive.Ntdll.Exports.WineSyscallDispatcher) && Poke(executive.Ntdll.Exports.WineUnixCallDispatcher)
            ? NtStatus.Success
            : NtStatus.NoMemory;

        bool Poke(uint variable) => variable == 0 || process.Memory.TryWrite(new GuestPointer(address + variable), SharedUserData.GateAddress);
    }

    private static NtStatus MapApiSets(Executive executive, AddressSpace space, out ulong address)
    {
        address = 0;
        if (executive.ApiSets is not { } section)
        {
            return NtStatus.Success;
        }
        NtStatus status = space.MapView(section.Section, new AllocationRequest { Protection = PageProtection.ReadOnly }, 0, out ulong view, out _);
        address = view + section.FileOffset;
        return status;
    }

    private static bool FillPeb(NtProcess process, ImageSection image, ulong imageBase, ulong parameters, ulong apiSets)
    {
        GuestAccessor memory = process.Memory;
        GuestPointer peb = new(process.Peb);
        return memory.TryWrite(peb + 0x8, ulong.MaxValue)
            && memory.TryWrite(peb + 0x10, imageBase)
            && memory.TryWrite(peb + 0x20, parameters)
            && memory.TryWrite(peb + ApiSetMapOffset, apiSets)
            && memory.TryWrite(peb + 0xb8, process.Executive.ProcessorCount)
            && memory.TryWrite(peb + 0xc0, -25_920_000_000_000L)
            && memory.TryWrite(peb + 0xc8, 0x100000ul)
            && memory.TryWrite(peb + 0xd0, 0x2000ul)
            && memory.TryWrite(peb + 0xd8, 0x10000ul)
            && memory.TryWrite(peb + 0xe0, 0x1000ul)
            && memory.TryWrite(peb + 0x118, 10u)
            && memory.TryWrite(peb + 0x11c, 0u)
            && memory.TryWrite(peb + 0x120, (ushort)19045)
            && memory.TryWrite(peb + 0x124, 2u)
            && memory.TryWrite(peb + 0x128, (uint)image.Layout.Subsystem)
            && memory.TryWrite(peb + 0x12c, image.Layout.SubsystemVersion >> 16)
            && memory.TryWrite(peb + 0x130, image.Layout.SubsystemVersion & 0xffff)
            && memory.TryWrite(peb + 0x2c0, 1u);
    }
}
