using PortableVirt.Analysis.Pe;
using PortableVirt.Appliance.Reduction;

namespace PortableVirt.Appliance.Tests;

/// <summary>Reducing Debian's libwine: smaller files that map the same code, data, imports and exports.</summary>
public sealed class PeReducerTests
{
    private const string Folder = "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows";

    [Theory]
    [InlineData("ntdll.dll")]
    [InlineData("kernelbase.dll")]
    [InlineData("msvcrt.dll")]
    [InlineData("user32.dll")]
    [InlineData("cmd.exe")]
    public void DebuggingDataGoesAndNothingElse(string name)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Folder, name));
        ReadOnlyMemory<byte> reduced = PeReducer.Reduce(file);
        Assert.True(reduced.Length < file.Length * 6 / 10, $"{file.Length} -> {reduced.Length}");
        Assert.True(PeImage.TryParse(file, out PeImage? before, out _));
        Assert.True(PeImage.TryParse(reduced, out PeImage? after, out _));
        Assert.Equal(before.Headers.AddressOfEntryPoint, after.Headers.AddressOfEntryPoint);
        Assert.Equal(before.Exports.Named, after.Exports.Named);
        Assert.Equal(Imports(before), Imports(after));
        foreach (PeSection section in after.Sections.ToArray())
        {
            Assert.True(before.BytesAt(section.Rva)[..(int)section.FileSize].SequenceEqual(after.BytesAt(section.Rva)[..(int)section.FileSize]), section.Name);
        }
        Assert.Equal(reduced.Length, PeReducer.Reduce(reduced).Length);
    }

    [Fact]
    public void FilesThatAreNotUnderstoodStayAsTheyAre()
    {
        byte[] text = "not a program"u8.ToArray();
        Assert.Equal(text, PeReducer.Reduce(text));
    }

    private static List<string> Imports(PeImage image) => [.. PeImports.Read(image).SelectMany(m => m.Functions.Select(f => $"{m.Name}!{f}"))];
}
