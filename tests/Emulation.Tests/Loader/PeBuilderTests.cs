using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Syscalls;

namespace PortableVirt.Emulation.Tests.Loader;

public sealed class PeBuilderTests
{
    [Fact]
    public void ABuiltLibraryIsValidMappableAndComplete()
    {
        PeImage image = Parse(Sample());
        Assert.True(image.Layout.IsMappable);
        Assert.True(image.Headers.IsDll);
        Assert.Equal(PeChecksum.Compute(image.Data.Span, image.Headers.CheckSumOffset), image.Headers.CheckSum);
        Assert.Equal("sample.dll", image.Exports.ModuleName);
        Assert.Equal(["Answer", "Elsewhere", "Table", "Two"], image.Exports.Named.Select(e => e.Name));
        Assert.True(image.Exports.TryFind("Two", out PeExport two));
        Assert.Equal([0xb8, 2, 0, 0, 0, 0xc3], image.BytesAt(two.Rva)[..6].ToArray());
        Assert.True(image.Exports.TryFind("Table", out PeExport table));
        Assert.Equal(PeSectionFlags.Write, image.SectionAt(table.Rva)!.Value.Flags & PeSectionFlags.Write);
        Assert.True(image.Exports.TryFind("Elsewhere", out PeExport elsewhere));
        Assert.Equal("ntdll.RtlAllocateHeap", elsewhere.Forwarder);
    }

    [Fact]
    public void TheVersionCanBeRead()
    {
        Assert.True(PeVersionInfo.TryRead(Parse(Sample()), out PeVersionInfo? info));
        Assert.Equal("1.2.3.4", PeVersionInfo.Format(info.FileVersion));
        Assert.Equal("a sample", info.Strings["FileDescription"]);
        Assert.Equal("sample.dll", info.Strings["OriginalFilename"]);
    }

    [Fact]
    public void TheSameInputGivesTheSameBytes() => Assert.Equal(Sample(), Sample());

    [Fact]
    public void GateModulesHaveAnExportForEveryGate()
    {
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> modules = GateModules.Build();
        Assert.Contains("bcryptprimitives.dll", modules.Keys);
        for (int i = 0; i < GateTable.Entries.Count; i++)
        {
            GateEntry gate = GateTable.Entries[i];
            PeImage image = Parse(modules[gate.Module.ToLowerInvariant()].ToArray());
            Assert.True(image.Layout.IsMappable);
            Assert.True(image.Exports.TryFind(gate.Call.Name, out PeExport export));
            Assert.True(SyscallNumbers.TryDecode(image.BytesAt(export.Rva), out int number));
            Assert.Equal((int)GateModules.FirstNumber + i, number);
        }
    }

    private static byte[] Sample()
    {
        PeBuilder builder = new("sample.dll", 0x3_0000_0000) { Version = new PeVersionText(0x0001_0002_0003_0004, "a sample", "sample.dll") };
        builder.AddFunction("Two", [0xb8, 2, 0, 0, 0, 0xc3]);
        builder.AddFunction("Answer", [0xb8, 42, 0, 0, 0, 0xc3]);
        builder.AddVariable("Table", [1, 2, 3, 4]);
        builder.AddForwarder("Elsewhere", "ntdll.RtlAllocateHeap");
        return builder.Build();
    }

    private static PeImage Parse(byte[] file)
    {
        Assert.True(PeImage.TryParse(file, out PeImage? image, out PeError? error), error?.Describe("dll"));
        return image;
    }
}
