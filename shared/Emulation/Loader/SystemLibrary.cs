using Microsoft.Win32.SafeHandles;
using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Loader;

/// <summary>The folder that the foreign OS's native libraries come from: libwine's, or a Windows system folder.</summary>
/// <param name="folder">Host folder with ntdll.dll.</param>
public sealed class SystemLibrary(string folder)
{
    /// <summary>Where Debian's libwine package keeps its 64-bit PE DLLs.</summary>
    public const string DebianFolder = "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows";

    /// <summary>Where Debian's libwine package keeps its code page and locale files.</summary>
    public const string DebianNlsFolder = "/usr/share/wine/nls";

    /// <summary>Host folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Loads ntdll, win32u's numbers and the api sets into a fresh executive; null on success, else what is wrong with the folder.</summary>
    public string? LoadInto(Executive executive)
    {
        string path = Path.Combine(Folder, "ntdll.dll");
        if (!File.Exists(path))
        {
            return $"{path} is missing: install the package libwine, or name another folder with --system-libraries";
        }
        using (MappedFile file = MappedFile.Open(path))
        {
            if (!PeImage.TryParse(file.Memory, file.FileLength, out PeImage? image, out PeError? error))
            {
                return error.Describe(path);
            }
            if (NtdllExports.Read(image, out string missing) is not { } exports)
            {
                return $"{path} does not export {missing}: it is no ntdll.dll that can be used";
            }
            executive.Syscalls.Learn(image);
            executive.SystemLibraryFolder = Folder;
            executive.ModuleExtender = new ModuleExtender(Folder, GateModules.Extensions(image, executive.Syscalls, executive.WatchesLookups));
            SafeFileHandle handle = File.OpenHandle(path);
            NtStatus status = ImageSectionFactory.Create(executive, handle, file.FileLength, "\\Device\\HarddiskVolume1\\windows\\system32\\ntdll.dll", MemoryTypes.Image, PageProtection.ExecuteRead, out SectionObject? section);
            if (!status.IsSuccess)
            {
                return $"{path} cannot be mapped: {status}";
            }
            executive.Ntdll = new NtdllImage((ImageSection)section!, exports);
        }
        executive.Syscalls.LearnLater(1, () => LearnWin32u(executive));
        LoadApiSets(executive);
        return null;
    }

    private void LearnWin32u(Executive executive)
    {
        string path = Path.Combine(Folder, "win32u.dll");
        if (!File.Exists(path))
        {
            return;
        }
        using MappedFile file = MappedFile.Open(path);
        if (PeImage.TryParse(file.Memory, file.FileLength, out PeImage? image, out _))
        {
            executive.Syscalls.Learn(image);
        }
    }

    /// <summary>Adds the DLLs that we make ourselves to C:\windows\system32, where the folder lacks them, and our console host. The drives must have been made.</summary>
    public void AddOwnModules(Executive executive)
    {
        executive.SystemFiles.Promise(ConsoleHostProgram.FileName, ConsoleHostProgram.Build);
        foreach (string name in GateModules.Names)
        {
            if (!File.Exists(Path.Combine(Folder, name)))
            {
                executive.SystemFiles.Promise(name, () => GateModules.Build(name));
            }
        }
    }

    private void LoadApiSets(Executive executive)
    {
        string path = Path.Combine(Folder, "apisetschema.dll");
        if (!File.Exists(path))
        {
            return;
        }
        using MappedFile file = MappedFile.Open(path);
        if (!PeImage.TryParse(file.Memory, file.FileLength, out PeImage? image, out _))
        {
            return;
        }
        foreach (PeSection section in image.Sections)
        {
            if (section.Name == ".apiset")
            {
                FileSection data = new(executive.GuestMemory, File.OpenHandle(path), (ulong)file.FileLength, MemoryTypes.SectionCommit, PageProtection.ReadOnly);
                executive.ApiSets = new ApiSetFile(data, section.RawOffset);
            }
        }
    }
}
