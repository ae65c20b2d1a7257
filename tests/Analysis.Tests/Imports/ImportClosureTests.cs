using PortableVirt.Analysis.Imports;
using PortableVirt.Analysis.Pe;
using PortableVirt.Analysis.Tests.Pe;

namespace PortableVirt.Analysis.Tests.Imports;

public sealed class ImportClosureTests
{
    private static readonly Dictionary<string, ReadOnlyMemory<byte>> s_nothing = [];

    [Fact]
    public void AProgramOfThePackageHasAllItsLibraries()
    {
        using FolderResolver resolver = new("/nonexistent", SystemLibraries.Folder, s_nothing);
        ImportClosure closure = ImportClosure.Compute(SystemLibraries.Open("notepad.exe"), "notepad.exe", resolver);
        Assert.Empty(closure.MissingModules);
        Assert.Empty(closure.MissingFunctions);
        Assert.Contains(closure.Modules, m => m.Name == "ntdll.dll" && m.IsSystem);
    }

    [Fact]
    public void AMissingLibraryIsNamedWithWhoNeedsIt()
    {
        ImportClosure closure = ImportClosure.Compute(SystemLibraries.Open("notepad.exe"), "notepad.exe", new HidingResolver("comctl32.dll", "ucrtbase.dll"));
        MissingModule direct = closure.MissingModules.First(m => m.Name == "comctl32.dll");
        Assert.Equal(["notepad.exe"], direct.NeededBy.Take(1));
        MissingModule indirect = closure.MissingModules.First(m => m.Name == "ucrtbase.dll");
        Assert.Equal("notepad.exe", indirect.NeededBy[0]);
        Assert.StartsWith("ucrtbase.dll, needed by ", indirect.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("needed by notepad.exe", indirect.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingFunctionIsNamed()
    {
        using FolderResolver folders = new("/nonexistent", SystemLibraries.Folder, s_nothing);
        ImportClosure closure = ImportClosure.Compute(SystemLibraries.Open("cmd.exe"), "cmd.exe", new ReplacingResolver(folders, "advapi32.dll", SystemLibraries.Open("version.dll")));
        Assert.Contains(closure.MissingFunctions, f => f.Module == "advapi32.dll" && f.Function.StartsWith("Reg", StringComparison.Ordinal) && f.NeededBy == "cmd.exe");
    }

    [Fact]
    public void ApiSetsAreResolved()
    {
        Assert.True(ApiSetMap.TryRead(SystemLibraries.Open("apisetschema.dll"), out ApiSetMap? map));
        Assert.True(map.TryResolve("api-ms-win-core-file-l1-1-0.dll", null, out string host));
        Assert.Equal("kernelbase.dll", host);
        Assert.True(map.TryResolve("API-MS-Win-CRT-heap-l1-1-9", null, out host));
        Assert.Equal("ucrtbase.dll", host);
        Assert.False(map.TryResolve("api-ms-win-nothing-l1-1-0", null, out _));
        Assert.False(map.TryResolve("api", null, out _));
    }

    [Fact]
    public void LibrariesBesideTheProgramComeFirstAndCaseDoesNotMatter()
    {
        string folder = Directory.CreateTempSubdirectory("pv-closure").FullName;
        try
        {
            File.Copy(Path.Combine(SystemLibraries.Folder, "version.dll"), Path.Combine(folder, "Version.DLL"));
            using FolderResolver resolver = new(folder, SystemLibraries.Folder, s_nothing);
            Assert.False(resolver.Resolve("VERSION.dll", "x.exe")!.IsSystem);
            Assert.True(resolver.Resolve("KERNEL32.dll", "x.exe")!.IsSystem);
            Assert.True(resolver.Resolve("api-ms-win-core-file-l1-1-0.dll", "x.exe")!.IsSystem);
            Assert.Null(resolver.Resolve("../version.dll", "x.exe"));
            Assert.Null(resolver.Resolve("nothing.dll", "x.exe"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void DamagedApiSetsDoNoHarm()
    {
        byte[] original = File.ReadAllBytes(Path.Combine(SystemLibraries.Folder, "apisetschema.dll"));
        PeSection section = SystemLibraries.Open("apisetschema.dll").Sections.ToArray().First(s => s.Name == ".apiset");
        for (int seed = 1; seed <= 300; seed++)
        {
            Random random = new(seed);
            byte[] file = (byte[])original.Clone();
            for (int i = 0; i < 200; i++)
            {
                file[section.RawOffset + random.Next((int)section.FileSize)] = (byte)random.Next(256);
            }
            if (PeImage.TryParse(file, out PeImage? image, out _) && ApiSetMap.TryRead(image, out ApiSetMap? map))
            {
                map.TryResolve("api-ms-win-core-file-l1-1-0.dll", "kernel32.dll", out _);
            }
        }
    }

    private sealed class HidingResolver(params string[] hidden) : IModuleResolver
    {
        private readonly FolderResolver _folders = new("/nonexistent", SystemLibraries.Folder, s_nothing);

        public ResolvedModule? Resolve(string name, string importer) =>
            _folders.Resolve(name, importer) is { } module && !hidden.Contains(module.Name) ? module : null;
    }

    private sealed class ReplacingResolver(IModuleResolver inner, string name, PeImage image) : IModuleResolver
    {
        public ResolvedModule? Resolve(string wanted, string importer) =>
            wanted.Equals(name, StringComparison.OrdinalIgnoreCase) ? new ResolvedModule(name, image, true) : inner.Resolve(wanted, importer);
    }
}
