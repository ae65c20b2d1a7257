using Microsoft.Win32.SafeHandles;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Tests.Pe;

public sealed class PeImageTests
{
    [Fact]
    public void EveryLibraryOfThePackageIsAcceptedAndMappableWhereAligned()
    {
        foreach (string path in SystemLibraries.Files)
        {
            using MappedFile file = MappedFile.Open(path);
            Assert.True(PeImage.TryParse(file.Memory, file.FileLength, out PeImage? image, out PeError? error), error?.Describe(path));
            Assert.True(image.Layout.IsMappable || image.Headers.FileAlignment < 0x1000, path);
            Assert.Equal(PeMachine.Amd64, image.Headers.Machine);
            using SafeFileHandle handle = File.OpenHandle(path);
            Assert.True(PeImage.TryParseHeaders(FileExtent.Whole(handle), out PeImage? headersOnly, out error), error?.Describe(path));
            Assert.Equal(image.Layout.Pieces, headersOnly.Layout.Pieces);
            uint next = 0;
            foreach (PePiece piece in image.Layout.Pieces)
            {
                Assert.True(piece.Rva >= next && piece.FileLength <= piece.VirtualSize && piece.FileOffset + (long)piece.FileLength <= file.FileLength, path);
                next = piece.Rva + piece.VirtualSize;
            }
            Assert.True(next <= image.Layout.SizeOfImage, path);
        }
    }

    [Fact]
    public void ExportsAreFoundByNameAndOrdinal()
    {
        PeImage ntdll = SystemLibraries.Open("ntdll.dll");
        Assert.Equal("ntdll.dll", ntdll.Exports.ModuleName);
        Assert.True(ntdll.Exports.NameCount > 1000);
        foreach (PeExport export in ntdll.Exports.Named)
        {
            Assert.True(ntdll.Exports.TryFind(export.Name!, out PeExport byName));
            Assert.Equal(export, byName);
            Assert.True(ntdll.Exports.TryFind(export.Ordinal, out PeExport byOrdinal));
            Assert.Equal(export.Rva, byOrdinal.Rva);
        }
        Assert.False(ntdll.Exports.TryFind("NtNothingLikeThis", out _));
        Assert.False(ntdll.Exports.TryFind(0xffffffff, out _));
    }

    [Fact]
    public void ForwardersAreShown()
    {
        Assert.True(SystemLibraries.Open("kernel32.dll").Exports.TryFind("HeapAlloc", out PeExport export));
        Assert.Equal("ntdll.RtlAllocateHeap", export.Forwarder, ignoreCase: true);
    }

    [Fact]
    public void ImportsAreRead()
    {
        PeImage kernel32 = SystemLibraries.Open("kernel32.dll");
        List<PeImportedModule> modules = [.. PeImports.Read(kernel32)];
        Assert.Contains(modules, m => m.Name == "ntdll.dll");
        Assert.Contains(modules.First(m => m.Name == "ntdll.dll").Functions, f => f.Name == "LdrGetProcedureAddress");
        Assert.All(modules, m => Assert.False(m.IsDelayed));
    }

    [Fact]
    public void DelayedImportsAreRead()
    {
        byte[] file = SyntheticPe.Create();
        SyntheticPe.U32(file, SyntheticPe.Table + 8, 0x200);
        SyntheticPe.U32(file, SyntheticPe.Optional + 112 + (13 * 8), 0x1000);
        SyntheticPe.U32(file, SyntheticPe.Optional + 112 + (13 * 8) + 4, 64);
        SyntheticPe.U32(file, 0x200, 1);
        SyntheticPe.U32(file, 0x204, 0x1080);
        SyntheticPe.U32(file, 0x20c, 0x10a0);
        SyntheticPe.U32(file, 0x210, 0x10c0);
        "late.dll\0"u8.CopyTo(file.AsSpan(0x280));
        SyntheticPe.U32(file, 0x2c0, 0x1100);
        SyntheticPe.U32(file, 0x2c8, 7);
        file[0x2cf] = 0x80;
        "\x05\0Called\0"u8.CopyTo(file.AsSpan(0x300));
        Assert.True(PeImage.TryParse(file, out PeImage? image, out PeError? error), error?.Problem);
        PeImportedModule module = Assert.Single(PeImports.ReadDelayed(image));
        Assert.Equal("late.dll", module.Name);
        Assert.True(module.IsDelayed);
        Assert.Equal([new PeImport("Called", 5, 0x10a0), new PeImport(null, 7, 0x10a8)], module.Functions);
    }

    [Fact]
    public void VersionResourceIsRead()
    {
        Assert.True(PeVersionInfo.TryRead(SystemLibraries.Open("kernel32.dll"), out PeVersionInfo? info));
        Assert.True(info.Strings.ContainsKey("CompanyName"));
        Assert.NotEqual(0ul, info.FileVersion);
    }

    [Fact]
    public void RelocationsLieInsideTheImage()
    {
        PeImage image = SystemLibraries.Open("kernel32.dll");
        List<PeRelocation> relocations = [.. PeRelocations.Read(image)];
        Assert.NotEmpty(relocations);
        Assert.All(relocations, r => Assert.True(r.Type == 10 && r.Rva < image.Headers.SizeOfImage));
    }

    [Fact]
    public void ProtectionsFollowTheSectionFlags()
    {
        foreach (PePiece piece in SystemLibraries.Open("ntdll.dll").Layout.Pieces)
        {
            switch (piece.Name)
            {
                case "" or ".rdata" or ".edata":
                    Assert.Equal(0x02u, piece.Protection);
                    break;
                case ".text":
                    Assert.Equal(0x20u, piece.Protection);
                    break;
                case ".data" or ".bss":
                    Assert.Equal(0x08u, piece.Protection);
                    break;
                default:
                    break;
            }
        }
    }
}
