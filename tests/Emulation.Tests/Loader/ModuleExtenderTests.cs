using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Tests.Loader;

public sealed class ModuleExtenderTests : IDisposable
{
    private const string SystemName = @"\Device\HarddiskVolume1\windows\system32\sample.dll";
    private readonly string _folder = Directory.CreateTempSubdirectory("pv-extender-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AddedExportsStandBesideTheOldOnes()
    {
        ImageLayout plain = Write();
        ImageLayout layout = Extender().Extend(SystemName, plain);
        PeImage image = Compose(layout);
        Assert.Equal(["Added", "Elsewhere", "Jump", "Old", "Zero"], image.Exports.Named.Select(e => e.Name));
        Assert.True(image.Exports.TryFind("Added", out PeExport added));
        Assert.Equal([0xb8, 7, 0, 0, 0, 0xc3], image.BytesAt(added.Rva)[..6].ToArray());
        Assert.True(image.Exports.TryFind("Elsewhere", out PeExport elsewhere));
        Assert.Equal("ntdll.RtlAllocateHeap", elsewhere.Forwarder);
        Assert.True(image.Exports.TryFind("Old", out PeExport old));
        Assert.Equal([0xb8, 1, 0, 0, 0, 0xc3], image.BytesAt(old.Rva)[..6].ToArray());
        Assert.Equal(1u, old.Ordinal);
    }

    [Fact]
    public void AThunkJumpsToTheOldFunction()
    {
        PeImage image = Compose(Extender().Extend(SystemName, Write()));
        Assert.True(image.Exports.TryFind("Jump", out PeExport jump));
        Assert.True(image.Exports.TryFind("Old", out PeExport old));
        ReadOnlySpan<byte> code = image.BytesAt(jump.Rva)[..8];
        Assert.Equal([0x45, 0x31, 0xc9, 0xe9], code[..4].ToArray());
        Assert.Equal(old.Rva, jump.Rva + 8 + BinaryPrimitives.ReadUInt32LittleEndian(code[4..]));
    }

    [Fact]
    public void AFilteredExportRunsOffIntoTheOldFunction()
    {
        ImageLayout plain = Write();
        ModuleExtension extension = new();
        extension.Filters["Old"] = [0x90, 0x90];
        extension.Filters["Missing"] = [0x90];
        PeImage image = Compose(new ModuleExtender(new FolderSource(_folder), _ => true, () => new Dictionary<string, ModuleExtension> { ["sample.dll"] = extension }).Extend(SystemName, plain));
        Assert.True(PeImage.TryParse(File.ReadAllBytes(Path.Combine(_folder, "sample.dll")), out PeImage? before, out _));
        Assert.True(before.Exports.TryFind("Old", out PeExport old));
        PeExport filtered = Assert.Single(image.Exports.Named);
        Assert.Equal(old.Ordinal, filtered.Ordinal);
        ReadOnlySpan<byte> code = image.BytesAt(filtered.Rva)[..7];
        Assert.Equal([0x90, 0x90, 0xe9], code[..3].ToArray());
        Assert.Equal(old.Rva, filtered.Rva + 7 + BinaryPrimitives.ReadUInt32LittleEndian(code[3..]));
    }

    [Fact]
    public void FilesOfOtherFoldersAndOtherFilesOfTheSameNameStayAsTheyAre()
    {
        ImageLayout plain = Write();
        ModuleExtender extender = Extender();
        Assert.Same(plain, extender.Extend(@"\Device\HarddiskVolume2\home\sample.dll", plain));
        ImageLayout other = plain with { FileSize = plain.FileSize + 1 };
        Assert.Same(other, extender.Extend(SystemName, other));
    }

    private PeImage Compose(ImageLayout layout)
    {
        ImageExtension extension = Assert.IsType<ImageExtension>(layout.Extension);
        byte[] pages = new byte[RandomAccess.GetLength(extension.File)];
        RandomAccess.Read(extension.File, pages, 0);
        byte[] file = new byte[layout.SizeOfImage];
        File.ReadAllBytes(Path.Combine(_folder, "sample.dll")).CopyTo(file, 0);
        pages.AsSpan(0, 0x1000).CopyTo(file);
        pages.AsSpan(0x1000).CopyTo(file.AsSpan((int)extension.SectionRva));
        int header = 0x80 + 24 + 0xf0 + (40 * (layout.Pieces.Count - 2));
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(header + 16), (uint)pages.Length - 0x1000);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(header + 20), extension.SectionRva);
        Assert.True(PeImage.TryParse(file, out PeImage? image, out _));
        return image;
    }

    private ImageLayout Write()
    {
        PeBuilder builder = new("sample.dll", 0x3_0000_0000);
        builder.AddFunction("Old", [0xb8, 1, 0, 0, 0, 0xc3]);
        string path = Path.Combine(_folder, "sample.dll");
        File.WriteAllBytes(path, builder.Build());
        using SafeFileHandle file = File.OpenHandle(path);
        Assert.Equal(NtStatus.Success, ImageSectionFactory.ReadLayout(FileExtent.Whole(file), out ImageLayout? layout));
        return layout!;
    }

    private ModuleExtender Extender()
    {
        ModuleExtension extension = new();
        extension.Functions["Added"] = [0xb8, 7, 0, 0, 0, 0xc3];
        extension.Functions["Old"] = [0xcc];
        extension.Functions["Zero"] = [0xc3];
        extension.Forwarders["Elsewhere"] = "ntdll.RtlAllocateHeap";
        extension.Thunks["Jump"] = ([0x45, 0x31, 0xc9], "Old");
        extension.Thunks["Nowhere"] = ([0x90], "Missing");
        return new ModuleExtender(new FolderSource(_folder), _ => true, () => new Dictionary<string, ModuleExtension> { ["sample.dll"] = extension });
    }
}
