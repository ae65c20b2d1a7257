using PortableVirt.Analysis.Imports;
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
}
