using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Loader;

/// <summary>
/// Gives DLLs of the system library exports that they lack, without touching their files: the image in memory gets a section behind its last one,
/// with stubs and a new export table, and headers that name it. A program that reads the file sees the file as it is.
/// </summary>
/// <param name="library">The system library.</param>
/// <param name="names">Tells whether a file, by its lower-case name, gets anything.</param>
/// <param name="extensions">Lower-case file name and what is added; asked for when the first of them is mapped.</param>
public sealed class ModuleExtender(IFileSource library, Predicate<string> names, Func<IReadOnlyDictionary<string, ModuleExtension>> extensions)
{
    private const uint Page = 0x1000;
    private const int SectionHeaderSize = 40;
    private const string SystemFolder = @"\Device\HarddiskVolume1\windows\system32\";
    private readonly Lazy<IReadOnlyDictionary<string, ModuleExtension>> _extensions = new(extensions);
    private readonly ConcurrentDictionary<string, ImageLayout> _extended = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Has the extensions made, and with them the numbers of the calls that they add.</summary>
    public void Prepare() => _ = _extensions.Value;

    private static ReadOnlySpan<byte> SectionName => ".pvext\0\0"u8;

    /// <summary>
    /// The layout of an image with the additions for it; <paramref name="layout"/> itself when there are none, when the file is not the one of the
    /// library, or when it has no room for a section.
    /// </summary>
    /// <param name="fileName">NT name of the file that is mapped.</param>
    /// <param name="layout">Its layout.</param>
    public ImageLayout Extend(string fileName, ImageLayout layout)
    {
        if (!layout.IsMappable || !fileName.StartsWith(SystemFolder, StringComparison.OrdinalIgnoreCase))
        {
            return layout;
        }
        string name = fileName[SystemFolder.Length..].ToLowerInvariant();
        if (!names(name) || !_extensions.Value.TryGetValue(name, out ModuleExtension? extension))
        {
            return layout;
        }
        if (_extended.TryGetValue(name, out ImageLayout? known) && known.FileSize == layout.FileSize && known.CheckSum == layout.CheckSum)
        {
            return known;
        }
        try
        {
            using FileExtent? extent = library.TryOpen(name);
            if (extent is null)
            {
                return layout;
            }
            using MappedFile file = MappedFile.Open(extent);
            return PeImage.TryParse(file.Memory, file.FileLength, out PeImage? image, out _) && IsSame(image, layout) ? _extended[name] = Extend(image, layout, extension) : layout;
        }
        catch (IOException)
        {
            return layout;
        }
    }

    private static bool IsSame(PeImage image, ImageLayout layout) =>
        image.FileLength == layout.FileSize && image.Headers.CheckSum == layout.CheckSum && image.Headers.ImageBase == layout.ImageBase && image.Layout.SizeOfImage == layout.SizeOfImage;

    private static ImageLayout Extend(PeImage image, ImageLayout layout, ModuleExtension extension)
    {
        uint rva = (uint)layout.SizeOfImage;
        int tableEnd = image.Headers.SectionTableOffset + (image.Sections.Length * SectionHeaderSize);
        PePiece first = layout.Pieces[0];
        if (tableEnd + SectionHeaderSize > image.Headers.SizeOfHeaders || image.Headers.SizeOfHeaders > Page || first.Rva != 0)
        {
            return layout;
        }
        ExportTableWriter writer = new(image.Exports, rva);
        foreach ((string name, byte[] code) in extension.Functions)
        {
            writer.AddFunction(name, code);
        }
        foreach ((string name, string target) in extension.Forwarders)
        {
            writer.AddForwarder(name, target);
        }
        foreach ((string name, (byte[] beginning, string target)) in extension.Thunks)
        {
            writer.AddThunk(name, beginning, target);
        }
        foreach ((string name, byte[] beginning) in extension.Filters)
        {
            writer.AddFilter(name, beginning);
        }
        if (writer.AddedCount == 0 || writer.Write(out PeDataDirectory directory) is not { } section)
        {
            return layout;
        }
        uint size = ((uint)section.Length + Page - 1) & ~(Page - 1);
        byte[] pages = new byte[Page + size];
        image.Data.Span[..(int)Math.Min(image.Headers.SizeOfHeaders, (uint)image.Data.Length)].CopyTo(pages);
        section.CopyTo(pages, (int)Page);
        WriteHeaders(pages, image, rva, size, directory, tableEnd);
        SafeFileHandle memory = NativeLoader.CreateMemoryFile("exports", NativeLoader.CloseOnExec);
        if (memory.IsInvalid)
        {
            return layout;
        }
        RandomAccess.Write(memory, pages, 0);
        PePiece added = new(Encoding.ASCII.GetString(SectionName).TrimEnd('\0'), rva, Page, (uint)section.Length, size, PageProtection.ExecuteRead, false, false, true);
        return layout with
        {
            SizeOfImage = rva + size,
            Pieces = [first with { FileOffset = 0, FileLength = Page }, .. layout.Pieces.Skip(1), added],
            Extension = new ImageExtension(memory, rva),
        };
    }

    private static void WriteHeaders(byte[] pages, PeImage image, uint rva, uint size, PeDataDirectory directory, int tableEnd)
    {
        const int sectionCountOffset = 6, sizeOfImageOffset = 24 + 56;
        int pe = (int)image.Headers.PeOffset;
        U16(pages, pe + sectionCountOffset, (ushort)(image.Sections.Length + 1));
        U32(pages, pe + sizeOfImageOffset, rva + size);
        U32(pages, image.Headers.DirectoryOffset, directory.Rva);
        U32(pages, image.Headers.DirectoryOffset + 4, directory.Size);
        Span<byte> header = pages.AsSpan(tableEnd, SectionHeaderSize);
        header.Clear();
        SectionName.CopyTo(header);
        U32(pages, tableEnd + 8, size);
        U32(pages, tableEnd + 12, rva);
        U32(pages, tableEnd + 36, (uint)(PeSectionFlags.Code | PeSectionFlags.InitializedData | PeSectionFlags.Execute | PeSectionFlags.Read));
    }

    private static void U16(byte[] bytes, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(offset), value);

    private static void U32(byte[] bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
}
