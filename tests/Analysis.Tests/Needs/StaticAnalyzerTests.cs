using PortableVirt.Analysis.Imports;
using PortableVirt.Analysis.Needs;
using PortableVirt.Analysis.Pe;
using PortableVirt.Analysis.Tests.Pe;

namespace PortableVirt.Analysis.Tests.Needs;

public sealed class StaticAnalyzerTests
{
    [Fact]
    public void TheSetIsClosed()
    {
        NeedList list = Analyze("notepad.exe");
        HashSet<string> names = [.. list.Modules.Select(m => m.Name)];
        Assert.All(list.Modules, m => Assert.True(m.NeededBy.Length == 0 ? m.Name == "notepad.exe" : names.Contains(m.NeededBy), m.Name));
        Assert.All(list.Functions, f => Assert.Contains(f.Module, names));
        Assert.Equal("notepad.exe", list.Modules[0].Name);
        Assert.Equal(ModuleOrigin.Program, list.Modules[0].Origin);
        Assert.Equal(ModuleOrigin.System, list.Modules.Single(m => m.Name == "ntdll.dll").Origin);
    }

    [Fact]
    public void ForwardersAndApiSetsLeadToTheirHosts()
    {
        NeedList list = Analyze("cmd.exe");
        Assert.Contains(list.Functions, f => f is { Module: "ntdll.dll", Kind: BindingKind.Forwarded } && f.Importer == "cmd.exe");
        Assert.DoesNotContain(list.Modules, m => ApiSetMap.IsContractName(m.Name));
    }

    [Fact]
    public void DelayedImportsAreFollowedAndSaidToBeDelayed()
    {
        // One delayed import, version.dll!VerQueryValueW: IMAGE_DELAYLOAD_DESCRIPTOR at 0x1100, names and tables behind it.
        byte[] file = SyntheticPe.Create();
        SyntheticPe.U32(file, SyntheticPe.Table + 8, 0x200);
        SyntheticPe.U32(file, SyntheticPe.Optional + 112 + (13 * 8), 0x1100);
        SyntheticPe.U32(file, SyntheticPe.Optional + 112 + (13 * 8) + 4, 64);
        foreach ((int offset, uint value) in ((int, uint)[])[(0x300, 1), (0x304, 0x1160), (0x30c, 0x1190), (0x310, 0x1180), (0x380, 0x11a0), (0x390, 0x11a0)])
        {
            SyntheticPe.U32(file, offset, value);
        }
        "version.dll\0"u8.CopyTo(file.AsSpan(0x360));
        "\0\0VerQueryValueW\0"u8.CopyTo(file.AsSpan(0x3a0));
        Assert.True(PeImage.TryParse(file, out PeImage? image, out _));
        NeedList list = Analyze(image, "x.exe");
        Assert.True(list.Modules.Single(m => m.Name == "version.dll").IsDelayed);
        Assert.True(list.Modules.Single(m => m.Name == "kernelbase.dll").IsDelayed);
        Assert.Contains(new FunctionNeed("x.exe", "version.dll", "VerQueryValueW", BindingKind.Delayed), list.Functions);
    }

    [Fact]
    public void TheStubsOfNtdllAreGatesThatDecodingConfirms()
    {
        PeImage image = SystemLibraries.Open("ntdll.dll");
        Assert.True(image.Exports.TryFind("NtClose", out PeExport close));
        List<CodeGate> gates = GateScanner.Scan(image, "ntdll.dll");
        Assert.Contains(gates, g => g is { Kind: CodeGateKind.Syscall, IsConfirmed: true } && g.Rva > close.Rva && g.Rva < close.Rva + 32);
        Assert.True(gates.Count(g => g is { Kind: CodeGateKind.Syscall, IsConfirmed: true }) > 200);
    }

    [Fact]
    public void BytesInsideAnotherInstructionAreNotConfirmed()
    {
        byte[] file = SyntheticPe.Create();
        Assert.True(PeImage.TryParse(file, out PeImage? image, out _));
        PeSection code = image.Sections.ToArray().First(s => s.Flags.HasFlag(PeSectionFlags.Execute));
        uint entry = image.Headers.AddressOfEntryPoint;
        Span<byte> at = file.AsSpan((int)(code.RawOffset + (entry - code.Rva)));

        // mov eax, 0x2ecd050f: both gates are inside the immediate; then a real one of each.
        ReadOnlySpan<byte> program = [0xb8, 0x0f, 0x05, 0xcd, 0x2e, 0x0f, 0x05, 0xcd, 0x2e, 0xc3];
        program.CopyTo(at);
        Assert.True(PeImage.TryParse(file, out image, out _));
        List<CodeGate> gates = GateScanner.Scan(image, "x.exe");
        Assert.Equal(
            [(entry + 1, CodeGateKind.Syscall, false), (entry + 3, CodeGateKind.Int2E, false), (entry + 5, CodeGateKind.Syscall, true), (entry + 7, CodeGateKind.Int2E, true)],
            gates.Where(g => g.Rva < entry + 10).Select(g => (g.Rva, g.Kind, g.IsConfirmed)));
    }

    private static NeedList Analyze(string name) => Analyze(SystemLibraries.Open(name), name);

    private static NeedList Analyze(PeImage program, string name)
    {
        using FolderResolver resolver = new("/nonexistent", SystemLibraries.Folder, new Dictionary<string, ReadOnlyMemory<byte>>());
        return StaticAnalyzer.Analyze(program, name, resolver);
    }
}
