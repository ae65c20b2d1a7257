using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Syscalls;

namespace PortableVirt.Emulation.Tests.Documents;

/// <summary>The system calls that the installed libwine's DLLs make.</summary>
internal static class SystemLibraryNames
{
    /// <summary>Names of a DLL's stubs, sorted.</summary>
    public static SortedSet<string> Of(string file)
    {
        Assert.True(PeImage.TryParse(File.ReadAllBytes(Path.Combine(SystemLibrary.DebianFolder, file)), out PeImage? image, out PeError? error), error?.Describe(file));
        return new SortedSet<string>(SyscallNumbers.Read(image).Select(n => n.Name), StringComparer.Ordinal);
    }
}
