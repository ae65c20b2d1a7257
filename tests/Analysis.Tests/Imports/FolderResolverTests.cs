using PortableVirt.Analysis.Imports;
using PortableVirt.Analysis.Pe;
using PortableVirt.Analysis.Tests.Pe;

namespace PortableVirt.Analysis.Tests.Imports;

public sealed class FolderResolverTests
{
    [Fact]
    public void WhatWeMakeOurselvesIsUsedOnlyWhereTheSystemFolderLacksIt()
    {
        Dictionary<string, ReadOnlyMemory<byte>> made = new() { ["ws2_32.dll"] = SyntheticPe.Create(), ["ours.dll"] = SyntheticPe.Create() };
        using FolderResolver resolver = new("/nonexistent", SystemLibraries.Folder, made);
        Assert.True(resolver.Resolve("WS2_32.dll", "x.exe") is { IsSystem: true, IsMade: false } system && system.Image.Exports.TryFind("socket", out _));
        Assert.True(resolver.Resolve("ours.DLL", "x.exe") is { IsSystem: true, IsMade: true });
        Assert.Null(resolver.Resolve("neither.dll", "x.exe"));
    }

    [Fact]
    public void ExportsThatAreAddedInMemoryAreFound()
    {
        Dictionary<string, IReadOnlySet<string>> added = new() { ["kernel32.dll"] = new HashSet<string> { "BrandNew" } };
        using FolderResolver resolver = new("/nonexistent", SystemLibraries.Folder, new Dictionary<string, ReadOnlyMemory<byte>>(), _ => added);
        ResolvedModule kernel32 = resolver.Resolve("kernel32.dll", "x.exe")!;
        Assert.True(kernel32.TryFind(new PeImport("BrandNew", 0, 0), out _));
        Assert.True(kernel32.TryFind(new PeImport("CloseHandle", 0, 0), out PeExport export) && export.Rva != 0);
        Assert.False(kernel32.TryFind(new PeImport("NeitherNor", 0, 0), out _));
        Assert.False(resolver.Resolve("user32.dll", "x.exe")!.TryFind(new PeImport("BrandNew", 0, 0), out _));
    }

    [Theory]
    [InlineData("NTDLL.RtlExitUserThread", "NTDLL.dll", "RtlExitUserThread")]
    [InlineData("a.b.#17", "a.b.dll", "#17")]
    [InlineData("a.#70000", "a.dll", "#70000")]
    public void ForwardersNameModuleAndFunction(string text, string module, string function)
    {
        Assert.True(PeForwarder.TryParse(text, out PeForwarder? forwarder));
        Assert.Equal((module, function), (forwarder.Module, forwarder.Function.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nodot")]
    [InlineData(".x")]
    public void DamagedForwardersAreNone(string text) => Assert.False(PeForwarder.TryParse(text, out _));
}
