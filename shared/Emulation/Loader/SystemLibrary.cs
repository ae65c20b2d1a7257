using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;

namespace PortableVirt.Emulation.Loader;

/// <summary>Where the foreign OS's native libraries come from: libwine's folder, a Windows system folder, or a package.</summary>
/// <param name="files">The files, ntdll.dll among them.</param>
public sealed class SystemLibrary(IFileSource files)
{
    /// <summary>Where Debian's libwine package keeps its 64-bit PE DLLs.</summary>
    public const string DebianFolder = "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows";

    /// <summary>Where Debian's libwine package keeps its code page and locale files.</summary>
    public const string DebianNlsFolder = "/usr/share/wine/nls";

    private const string NtdllName = "ntdll.dll";
    private FileExtent? _extent;
    private NtdllExports? _exports;
    private SyscallStubs? _calls;

    /// <summary>The files.</summary>
    public IFileSource Files { get; } = files;

    /// <summary>Reads ntdll's exports and system-call numbers; null on success, else what is wrong with the folder. Needs no machine.</summary>
    public string? Read()
    {
        string path = Path.Combine(Files.Name, NtdllName);
        if (Files.TryOpen(NtdllName) is not { } extent)
        {
            return $"{path} is missing: install the package libwine, or name another folder with --system-libraries";
        }
        using MappedFile file = MappedFile.Open(extent);
        if (!PeImage.TryParse(file.Memory, file.FileLength, out PeImage? image, out PeError? error))
        {
            return error.Describe(path);
        }
        if (NtdllExports.Read(image, out string missing) is not { } exports)
        {
            return $"{path} does not export {missing}: it is no ntdll.dll that can be used";
        }
        (_extent, _exports, _calls) = (extent, exports, SyscallStubs.Read(image));
        return null;
    }

    /// <summary>Puts ntdll, the numbers and the api sets into a fresh executive. <see cref="Read"/> comes first.</summary>
    public void LoadInto(Executive executive)
    {
        FileExtent extent = _extent ?? throw new InvalidOperationException("the system library has not been read");
        executive.Syscalls.Learn(_calls!);
        executive.SystemLibraryFiles = Files;
        executive.Ntdll = new NtdllImage(_exports!, () => CreateSection(executive, extent));
        ModuleExtender extender = new(Files, GateModules.HasExtension, () => Extensions(executive));
        executive.ModuleExtender = extender;
        executive.Syscalls.LearnLater(1, () => WithImage("win32u.dll", image => executive.Syscalls.Learn(SyscallStubs.Read(image))));
        executive.Syscalls.LearnLater(2, extender.Prepare);
        executive.Syscalls.LearnLater(3, extender.Prepare);
        LoadApiSets(executive);
    }

    private static (NtStatus Status, ImageSection? Section) CreateSection(Executive executive, FileExtent extent)
    {
        NtStatus status = ImageSectionFactory.Create(executive, extent, @"\Device\HarddiskVolume1\windows\system32\ntdll.dll", MemoryTypes.Image, PageProtection.ExecuteRead, out SectionObject? section);
        return (status, (ImageSection?)section);
    }

    private IReadOnlyDictionary<string, ModuleExtension> Extensions(Executive executive)
    {
        IReadOnlyDictionary<string, ModuleExtension> extensions = new Dictionary<string, ModuleExtension>();
        WithImage(NtdllName, image => extensions = GateModules.Extensions(image, executive.Syscalls, executive.WatchesLookups));
        return extensions;
    }

    private void WithImage(string name, Action<PeImage> use)
    {
        using FileExtent? extent = Files.TryOpen(name);
        if (extent is null)
        {
            return;
        }
        using MappedFile file = MappedFile.Open(extent);
        if (PeImage.TryParse(file.Memory, file.FileLength, out PeImage? image, out _))
        {
            use(image);
        }
    }

    /// <summary>Adds the DLLs that we make ourselves to C:\windows\system32, where the folder lacks them, and our console host. The drives must have been made.</summary>
    public void AddOwnModules(Executive executive)
    {
        executive.SystemFiles.Promise(ConsoleHostProgram.FileName, ConsoleHostProgram.Build);
        foreach (string name in GateModules.Names)
        {
            if (!Files.Has(name))
            {
                executive.SystemFiles.Promise(name, () => GateModules.Build(name));
            }
        }
    }

    private void LoadApiSets(Executive executive)
    {
        if (Files.TryOpen("apisetschema.dll") is not { } extent)
        {
            return;
        }
        using MappedFile file = MappedFile.Open(extent);
        if (!PeImage.TryParse(file.Memory, file.FileLength, out PeImage? image, out _))
        {
            extent.Dispose();
            return;
        }
        foreach (PeSection section in image.Sections)
        {
            if (section.Name == ".apiset")
            {
                FileSection data = new(executive.GuestMemory, extent, (ulong)file.FileLength, MemoryTypes.SectionCommit, PageProtection.ReadOnly);
                executive.ApiSets = new ApiSetFile(data, section.RawOffset);
            }
        }
    }
}
