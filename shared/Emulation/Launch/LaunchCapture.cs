using System.Runtime.InteropServices;
using PortableVirt.Emulation.Console;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Recording;
using PortableVirt.Emulation.Registry;
using PortableVirt.Emulation.Threads;
using PortableVirt.Hypervisor;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Launch;

/// <summary>
/// Takes the launch image of the first process: stops it at the entry of kernelbase.dll, whose initialiser libwine's loader runs first, and lets it go on
/// to learn which pages a start touches, as long as it has one thread: with several that is chance, and packages of the same inputs are the same.
/// <see cref="Executive.LaunchCapture"/> and a recorder must be set before the process is made, and the clock must not tick before the image is taken, which must
/// not depend on when it was made.
/// </summary>
/// <param name="version">Version of the product.</param>
/// <param name="contents">Names the files of the package.</param>
/// <param name="watchesLookups">True where starts hear of functions that are looked up at run time: ntdll.dll has other exports then.</param>
/// <param name="point">Where it is taken.</param>
public sealed class LaunchCapture(string version, string contents, bool watchesLookups, LaunchPoint point = LaunchPoint.FirstInitialiser)
{
    private readonly string _initialised = point == LaunchPoint.FirstInitialiser ? @"\kernelbase.dll" : @"\kernel32.dll";
    private const byte Breakpoint = 0xcc;
    private const int ExtendedStateSize = 576;
    private const int MaximumStoredPages = 1 << 15;

    /// <summary>Where libwine 8.0 has its struct debug_info: behind the 32-bit TEB, two pages behind the TEB. Positions first, then text.</summary>
    private const int DebugScratch = 0x3000;
    private const int DebugScratchSize = 2048;
    private const string ConsoleName = @"\Device\ConDrv";
    private const int PebProcessParameters = 0x20;
    private const int ParametersEnvironment = 0x80;

    /// <summary>Calls that change nothing that an image does not carry.</summary>
    private static readonly HashSet<string> _harmless = new(StringComparer.Ordinal)
    {
        "NtQueryVirtualMemory", "NtAllocateVirtualMemory", "NtFreeVirtualMemory", "NtProtectVirtualMemory", "NtOpenFile", "NtCreateFile", "NtReadFile", "NtClose",
        "NtQueryInformationFile", "NtQueryVolumeInformationFile", "NtQueryAttributesFile", "NtQueryFullAttributesFile", "NtQueryDirectoryFile", "NtFsControlFile",
        "NtOpenKey", "NtOpenKeyEx", "NtCreateKey", "NtQueryKey", "NtQueryValueKey", "NtEnumerateKey", "NtEnumerateValueKey", "NtCreateSection", "NtOpenSection", "NtQuerySection",
        "NtMapViewOfSection", "NtUnmapViewOfSection", "NtQuerySystemInformation", "NtQuerySystemInformationEx", "NtQueryInformationToken", "NtQueryInformationProcess",
        "NtQueryInformationThread", "NtInitializeNlsFiles", "NtGetNlsSectionPtr", "NtQueryDefaultLocale", "NtQuerySystemTime", "NtQueryPerformanceCounter",
        "NtAreMappedFilesTheSame", "NtQueryObject", "NtQueryDebugFilterState", "NtFlushInstructionCache",
    };

    private readonly Dictionary<(int Region, long Page), byte[]> _contents = [];
    private SortedDictionary<ulong, byte[]?>? _pages;
    private (Handle Handle, uint Access)? _connection;
    private Handle _reserved;
    private readonly List<Region> _captured = [];
    private ulong _entry;
    private byte _first;
    private Executive? _executive;
    private NtProcess? _process;
    private LaunchImage? _image;
    private string _programPath = "";
    private Action? _taken;
    private string _registry = "";

    /// <summary>True when functions that are looked up at run time must be known, as in the starts; the recorder of the capture does not decide it.</summary>
    public bool WatchesLookups => watchesLookups;

    /// <summary>Windows key name of the time zone that it is taken in.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>True to take it with a console, which nobody sees.</summary>
    public bool HasConsole { get; init; }

    /// <summary>The process has come to the point where the image is taken; up to there no time passes in it.</summary>
    public bool IsTaken => _process is not null;

    /// <summary>Called once the image is taken, before the process goes on: a start that is only to be compared ends here.</summary>
    public Action? Taken { get; set; }

    /// <summary>The process is stopped at a moment that depends on the computer's speed: what it touched after the image was taken is left out.</summary>
    public bool IsCutShort { get; set; }

    /// <summary>Why there is no image, in words for the user; null when there is one, or the process has not come so far.</summary>
    public string? Refusal { get; private set; }

    /// <summary>The image's bytes, once <see cref="Finish"/> has made them; null with <see cref="Refusal"/>.</summary>
    public byte[]? Result { get; private set; }

    /// <summary>Tells what is going to be captured; once, before the process is made.</summary>
    /// <param name="executive">The executive that it is made in.</param>
    /// <param name="programPath">DOS path of the program.</param>
    /// <param name="taken">Called once the image is taken, before the process goes on.</param>
    public void Begin(Executive executive, string programPath, Action taken)
    {
        (_programPath, _taken) = (programPath, taken);
        executive.SharedData.Tick();
        _registry = point == LaunchPoint.FirstInitialiser ? "" : LaunchRegistry.Describe(executive.Registry);
    }

    /// <summary>The command line for the process: with room for that of any start, where the image will hold copies of it.</summary>
    public string CommandLine(string text) => point == LaunchPoint.FirstInitialiser ? text : LaunchCommandLine.Fill(text);

    /// <summary>Tells of a handle that only keeps the place of the console's, so that all handles behind it are the same with and without a console.</summary>
    public void Reserve(Handle handle) => _reserved = handle;

    /// <summary>Makes <see cref="Result"/>, once the process has ended and while the machine is still there.</summary>
    public void Finish() => Result = Make();

    /// <summary>
    /// What the image has at its point, without the pages that the start touched later: of two starts of one program these are equal where nothing of what
    /// they differ in has come into the process. Null with <see cref="Refusal"/>.
    /// </summary>
    public byte[]? State { get; private set; }

    /// <summary>
    /// <see cref="Result"/> for starts with a console, too, where one differs in nothing but the variable that holds kernelbase.dll's connection; otherwise as it is.
    /// </summary>
    /// <param name="other">The same start with a console.</param>
    public byte[]? ResultFor(LaunchCapture? other)
    {
        if (_image is null || _pages is null || other is not { _image: { } image, _connection: { } connection } || DifferenceTo(other, image) is not { } address)
        {
            return Result;
        }
        _image = _image with { Console = new LaunchConsole(address, connection.Access) };
        return Write(_pages);
    }

    /// <summary>The address of the one variable that is 0 here and holds the connection's handle there; null where anything else is different.</summary>
    private ulong? DifferenceTo(LaunchCapture other, LaunchImage image)
    {
        if (other._contents.Count != _contents.Count || !LaunchImageWriter.Write(_image!, []).AsSpan().SequenceEqual(LaunchImageWriter.Write(image, [])))
        {
            return null;
        }
        ulong? found = null;
        foreach (((int region, long page), byte[] content) in _contents)
        {
            if (!other._contents.TryGetValue((region, page), out byte[]? its))
            {
                return null;
            }
            ReadOnlySpan<ulong> here = MemoryMarshal.Cast<byte, ulong>(content);
            ReadOnlySpan<ulong> there = MemoryMarshal.Cast<byte, ulong>(its);
            for (int at = here.CommonPrefixLength(there); at < here.Length; at += 1 + here[(at + 1)..].CommonPrefixLength(there[(at + 1)..]))
            {
                if (found is not null || here[at] != 0 || there[at] != other._connection!.Value.Handle.Value)
                {
                    return null;
                }
                found = _image!.Regions[region].Start + ((ulong)page << 12) + ((ulong)at * sizeof(ulong));
            }
        }
        return found;
    }

    private byte[]? Make()
    {
        if (_image is null)
        {
            Refusal ??= "the program never came to the initialiser of its first library";
            return null;
        }
        State = Write(Contents());
        _pages ??= IsCutShort ? Contents() : Touched();
        return Write(_pages);
    }

    /// <summary>A thread is about to be made.</summary>
    internal void ThreadComes(NtProcess process)
    {
        if (process == _process && _image is not null)
        {
            _pages ??= Touched();
        }
    }

    /// <summary>The pages that were changed when the image was taken.</summary>
    private SortedDictionary<ulong, byte[]?> Contents()
    {
        SortedDictionary<ulong, byte[]?> pages = [];
        foreach (((int region, long page), byte[] content) in _contents)
        {
            pages[_image!.Regions[region].Start + ((ulong)page << 12)] = content;
        }
        return pages;
    }

    /// <summary>These, and those that were touched since.</summary>
    private SortedDictionary<ulong, byte[]?> Touched()
    {
        SortedDictionary<ulong, byte[]?> pages = Contents();
        for (int index = 0; index < _captured.Count; index++)
        {
            Collect(index, pages);
        }
        return pages;
    }

    private byte[]? Write(SortedDictionary<ulong, byte[]?> pages)
    {
        List<byte[]> stored = [];
        List<LaunchPages> runs = [];
        foreach ((ulong address, byte[]? content) in pages)
        {
            bool isStored = content is not null;
            if (runs.Count > 0 && runs[^1] is var last && last.Stored >= 0 == isStored && last.Address + ((ulong)last.Count << 12) == address && IsSameRegion(last.Address, address))
            {
                runs[^1] = last with { Count = last.Count + 1 };
            }
            else
            {
                runs.Add(new LaunchPages(address, 1, isStored ? stored.Count : -1));
            }
            if (isStored)
            {
                stored.Add(content!);
            }
        }
        if (stored.Count > MaximumStoredPages)
        {
            Refusal = $"{stored.Count} pages would have to be copied at each start";
            return null;
        }
        byte[] file = LaunchImageWriter.Write(_image! with { Pages = runs, StoredPages = stored.Count }, stored);
        int head = LaunchImageReader.HeadLength(file, file.Length);
        if (head == 0 || LaunchImageReader.Read(file.AsSpan(0, head).ToArray(), out _) is null)
        {
            Refusal = "its memory layout is one that images cannot describe";
            return null;
        }
        return file;
    }

    /// <summary>An image was mapped into a process; the one whose initialiser comes first gets a breakpoint at its entry.</summary>
    internal void ImageMapped(NtProcess process, ulong imageBase, ImageSection image)
    {
        if (_process is not null || _entry != 0 || image.FileName?.EndsWith(_initialised, StringComparison.OrdinalIgnoreCase) != true)
        {
            return;
        }
        ulong entry = imageBase + image.Layout.EntryPoint;
        if (process.Memory.TryRead(new GuestPointer(entry), out _first) && process.Memory.TryPatch(new GuestPointer(entry), [Breakpoint]))
        {
            _entry = entry;
        }
    }

    /// <summary>Takes the image when this is the breakpoint; false for all other exits.</summary>
    internal bool TryTake(NtThread thread, in GuestExit exit)
    {
        if (exit.Kind != GuestExitKind.Exception || !exit.IsSoftwareInterrupt || _entry == 0 || _process is not null || exit.InstructionAddress != _entry)
        {
            return false;
        }
        _process = thread.Process;
        _executive = thread.Executive;
        thread.Memory.TryPatch(new GuestPointer(_entry), [_first]);
        thread.Cpu!.Registers.Rip = _entry;
        Refusal = Take(thread);
        thread.Process.AddressSpace.ForgetAccesses();
        _taken?.Invoke();
        Taken?.Invoke();
        return true;
    }

    private string? Take(NtThread thread)
    {
        NtProcess process = thread.Process;
        if (process.Threads.Count != 1 || process.AddressSpace.HasLockedPages)
        {
            return "it has several threads or locked memory before its first library is initialised";
        }
        if (UnexpectedCall(_executive!.Recorder!) is { } call)
        {
            return $"{call} is called before its first library is initialised, and what that changes is not part of an image";
        }
        if (point == LaunchPoint.FirstInitialiser && LaunchKeys.FirstValue(_executive.Recorder!) is { } value)
        {
            return $"the registry value {value}, which programs change, is read before its first library is initialised";
        }
        GuestAccessor memory = process.Memory;
        int capacity = 0;
        if (!memory.TryRead(new GuestPointer(process.Peb + PebProcessParameters), out ulong parameters)
            || !memory.TryRead(new GuestPointer(parameters + ParametersEnvironment), out ulong environment)
            || (capacity = LaunchEnvironment.Empty(memory, environment)) == 0)
        {
            return "ntdll.dll keeps the process's parameters in a way that is not known";
        }
        List<LaunchKeyHandle> openKeys = [];
        if (UnexpectedHandle(process, parameters, openKeys) is { } kind)
        {
            return $"a {kind} is open before its first library is initialised, and images carry no open handles";
        }
        ulong ansiCommandLine = 0;
        ulong timeZone = 0;
        if (point != LaunchPoint.FirstInitialiser)
        {
            if (LaunchRegistry.Describe(_executive.Registry) != _registry)
            {
                return "the registry is changed before its second library is initialised, and images do not carry that";
            }
            if (!memory.TryWrite(new GuestPointer(environment), new byte[capacity]) || (ansiCommandLine = LaunchCommandLine.Empty(process, parameters)) == 0 || !LaunchParameters.Empty(process.Memory, parameters))
            {
                return "kernelbase.dll keeps the command line in a way that is not known";
            }
            if ((timeZone = LaunchTimeZone.Empty(process, _executive.TimeZone)) == 0)
            {
                return "kernelbase.dll keeps the names of the time zone in a way that is not known";
            }
        }
        List<LaunchRegion> regions = [];
        List<ulong> cookies = [];
        foreach (Region region in process.AddressSpace.Regions)
        {
            // The two that all processes share, and the block that the environment came in, which ntdll leaves behind.
            if (region.Start is SharedUserData.Address or SharedUserData.GateAddress || (region.View is null && region.Start != environment && LaunchEnvironment.Empty(memory, region.Start) != 0))
            {
                continue;
            }
            if (Describe(region) is not { } described)
            {
                return $"the memory at 0x{region.Start:x} is shared or watched, which images do not carry";
            }
            if (described.Layout is { IsReduced: true })
            {
                return $"pages of {described.FileName} were left out, which images do not carry";
            }
            if (described.Layout is not null && SecurityCookies.Find(memory, region.Start, region.Size) is not 0 and var cookie)
            {
                cookies.Add(cookie);
                if (!memory.TryPatch(new GuestPointer(cookie), BitConverter.GetBytes(SecurityCookies.Unset)))
                {
                    return "a security cookie cannot be written";
                }
            }
            regions.Add(described);
            _captured.Add(region);
        }
        for (int index = 0; index < _captured.Count; index++)
        {
            Keep(index);
        }
        ForgetScratch(thread);
        _image = new LaunchImage
        {
            Inputs = LaunchInputs.Of(_executive, version, contents, _programPath, point),
            // Registers that calls destroy hold what came before.
            Registers = thread.Cpu!.Registers with { Rax = 0, R9 = 0, R10 = 0, R11 = 0 },
            ExtendedState = ExtendedState(thread.Cpu),
            ProcessId = process.ProcessId,
            ThreadId = thread.ThreadId,
            Peb = process.Peb,
            Teb = thread.Teb,
            StackAllocation = thread.StackAllocation,
            StackBase = thread.StackBase,
            ImageBase = process.ImageBase,
            NtdllBase = process.Ntdll.Base,
            Parameters = parameters,
            Environment = environment,
            EnvironmentCapacity = capacity,
            Cookies = cookies,
            Regions = regions,
            Pages = [],
            StoredPages = 0,
            Files = Files(_executive.Recorder!),
            Keys = LaunchKeys.Read(_executive.Recorder!),
            Values = LaunchRegistry.Read(_executive, _executive.Recorder!),
            OpenKeys = openKeys,
            Handles = Handles(memory, parameters),
            TimeZoneNames = timeZone,
            AnsiCommandLine = ansiCommandLine,
        };
        return null;
    }

    /// <summary>Of what is written to the registry it is looked at whether it changed anything, where the registry is looked at.</summary>
    private string? UnexpectedCall(UseRecorder recorder) =>
        recorder.Facts.Where(fact => fact.StartsWith("call ", StringComparison.Ordinal)).Select(fact => fact.Split(' ')[1])
            .FirstOrDefault(name => !_harmless.Contains(name) && (point == LaunchPoint.FirstInitialiser || name != "NtSetValueKey"));

    private static List<(string Name, bool Found)> Files(UseRecorder recorder) =>
        [.. recorder.Facts.Select(fact => fact.Split(' ', 3)).Where(words => words[0] == "file" && words[1] is "found" or "missing" && words[2] != ConsoleName).Select(words => (words[2], words[1] == "found"))];

    /// <summary>Standard input, output and error of the parameters.</summary>
    private List<ulong> Handles(GuestAccessor memory, ulong parameters)
    {
        List<ulong> handles = [];
        foreach (int field in (ReadOnlySpan<int>)(point == LaunchPoint.FirstInitialiser ? [] : [0x20, 0x28, 0x30]))
        {
            handles.Add(memory.TryRead(new GuestPointer(parameters + (ulong)field), out ulong value) ? value : 0);
        }
        return handles;
    }

    /// <summary>Open at this point are the standard handles and the console, which each start opens anew, and the current directory, likewise.</summary>
    private string? UnexpectedHandle(NtProcess process, ulong parameters, List<LaunchKeyHandle> keys)
    {
        HashSet<ulong> known = [_reserved.Value];
        foreach (int field in (ReadOnlySpan<int>)[0x10, 0x20, 0x28, 0x30, 0x48])
        {
            known.Add(process.Memory.TryRead(new GuestPointer(parameters + (ulong)field), out ulong value) ? value : 0);
        }
        foreach ((Handle handle, HandleEntry entry) in process.Handles.Snapshot())
        {
            if (point != LaunchPoint.FirstInitialiser && entry.Object is KeyObject key && !entry.Inherit && !entry.ProtectFromClose)
            {
                keys.Add(new LaunchKeyHandle(handle.Value, key.Node.Path, entry.Access));
            }
            else if (point != LaunchPoint.FirstInitialiser && _connection is null && !entry.Inherit && entry.Object is ConsoleFile { IsConnection: true })
            {
                _connection = (handle, entry.Access);
            }
            else if (!known.Contains(handle.Value))
            {
                return entry.Object.Kind.Name;
            }
        }
        return null;
    }

    private LaunchRegion? Describe(Region region)
    {
        if (region.Written is not null)
        {
            return null;
        }
        List<(long, uint)> runs = [];
        for (long page = 0; page < region.Pages.Count;)
        {
            (uint state, long end) = region.Pages.RunAt(page);
            runs.Add((page, state));
            page = end;
        }
        LaunchRegion described = new()
        {
            Start = region.Start,
            PageCount = region.Pages.Count,
            Type = region.Type,
            AllocationProtect = region.AllocationProtect,
            IsPlaceholder = region.IsPlaceholder,
            Runs = runs,
        };
        return region.View switch
        {
            null => described,
            { Section: ImageSection image } => described with { Source = LaunchSource.Image, FileName = image.FileName ?? "", Layout = image.Layout },
            { Section: FileSection file, Offset: 0 } when file == _executive!.ApiSets?.Section => described with { Source = LaunchSource.ApiSets },
            { Section: FileSection { NlsName: { } name }, Offset: 0 } => described with { Source = LaunchSource.Nls, FileName = name },
            _ => null,
        };
    }

    /// <summary>What nobody reads again, and differs from start to start: the stack below its pointer, and libwine's strings for debugging messages.</summary>
    private void ForgetScratch(NtThread thread)
    {
        ulong stack = thread.Cpu!.Registers.Rsp;
        foreach (((int region, long page), byte[] content) in _contents)
        {
            ulong address = _captured[region].Start + ((ulong)page << 12);
            if (address - thread.StackAllocation < stack - thread.StackAllocation)
            {
                content.AsSpan(0, (int)Math.Min(stack - address, (ulong)content.Length)).Clear();
            }
            else if (address == thread.Teb + DebugScratch)
            {
                content.AsSpan(0, DebugScratchSize).Clear();
            }
        }
    }

    /// <summary>Keeps the content of the pages that are not as their file or as zero memory has them.</summary>
    private void Keep(int index)
    {
        Region region = _captured[index];
        byte[] original = new byte[4096];
        _process!.AddressSpace.VisitPages(region, (page, entry) =>
        {
            byte[] now = new byte[4096];
            if (region.View is not (null or ImageSectionView) || !_executive!.GuestMemory.TryCopyFrom(PageEntry.Address(entry), now))
            {
                return;
            }
            bool isOriginal = region.View is ImageSectionView view ? view.TryReadOriginal(page, original) && now.AsSpan().SequenceEqual(original) : !now.AsSpan().ContainsAnyExcept((byte)0);
            if (!isOriginal)
            {
                _contents[(index, page)] = now;
            }
        });
    }

    /// <summary>The pages of a region that a start gets at once: those that were changed before, and those that were touched since. Null stands for zeros.</summary>
    private void Collect(int index, SortedDictionary<ulong, byte[]?> pages)
    {
        Region region = _captured[index];
        LaunchRegion described = _image!.Regions[index];
        if (!_process!.AddressSpace.Regions.Contains(region))
        {
            return;
        }
        _process.AddressSpace.VisitPages(region, (page, entry) =>
        {
            ulong address = region.Start + ((ulong)page << 12);
            uint state = described.StateAt(page);
            if ((entry & PageEntry.Accessed) == 0 || pages.ContainsKey(address) || state == 0 || (state & PageProtection.Guard) != 0)
            {
                return;
            }
            byte[] content = new byte[4096];
            if (region.View is null)
            {
                pages[address] = null;
            }
            else if (region.View is ImageSectionView view ? view.TryReadOriginal(page, content) : _executive!.GuestMemory.TryCopyFrom(PageEntry.Address(entry), content))
            {
                pages[address] = content;
            }
        });
    }

    private bool IsSameRegion(ulong first, ulong second) => _captured.Exists(region => first >= region.Start && second < region.End);

    private static byte[] ExtendedState(GuestCpu cpu)
    {
        byte[] area = new byte[cpu.XStateSize];
        cpu.SaveXState(area);
        return area[..ExtendedStateSize];
    }
}
