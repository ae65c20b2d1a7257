using System.Runtime.InteropServices;
using PortableVirt.Analysis.Pe;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>A section over an executable image (SEC_IMAGE). Each view has its own copy-on-write pages.</summary>
/// <param name="memory">Guest-physical memory.</param>
/// <param name="file">The file; the section closes it.</param>
/// <param name="layout">Its checked headers.</param>
/// <param name="attributes">SEC_ attributes.</param>
/// <param name="protection">PAGE_ protection.</param>
public sealed class ImageSection(GuestMemory memory, FileExtent file, ImageLayout layout, uint attributes, uint protection)
    : SectionObject(memory, layout.SizeOfImage, attributes, protection)
{
    /// <summary>The headers.</summary>
    public ImageLayout Layout { get; } = layout;

    /// <summary>SECTION_IMAGE_INFORMATION (64 bytes) of a view at <paramref name="imageBase"/>.</summary>
    public byte[] DescribeImage(ulong imageBase) => Describe(Layout, imageBase);

    /// <summary>The same of an image with a layout.</summary>
    internal static byte[] Describe(ImageLayout layout, ulong imageBase)
    {
        byte[] info = new byte[64];
        Span<byte> s = info;
        MemoryMarshal.Write(s, layout.EntryPoint == 0 ? 0ul : imageBase + layout.EntryPoint);
        MemoryMarshal.Write(s[16..], layout.StackReserve);
        MemoryMarshal.Write(s[24..], layout.StackCommit);
        MemoryMarshal.Write(s[32..], (uint)layout.Subsystem);
        MemoryMarshal.Write(s[36..], (ushort)layout.SubsystemVersion);
        MemoryMarshal.Write(s[38..], (ushort)(layout.SubsystemVersion >> 16));
        MemoryMarshal.Write(s[44..], layout.Characteristics);
        MemoryMarshal.Write(s[46..], layout.DllCharacteristics);
        MemoryMarshal.Write(s[48..], layout.Machine);
        s[50] = (byte)(layout.ContainsCode ? 1 : 0);
        s[51] = (byte)layout.Flags;
        MemoryMarshal.Write(s[52..], layout.LoaderFlags);
        MemoryMarshal.Write(s[56..], layout.FileSize);
        MemoryMarshal.Write(s[60..], layout.CheckSum);
        return info;
    }

    /// <summary>Sets the protections of the sections on the pages of a view that starts read-only.</summary>
    internal void ApplyProtections(PageRuns pages)
    {
        foreach (PePiece piece in Layout.Pieces)
        {
            long first = piece.Rva >> 12;
            long count = Math.Min(((long)piece.VirtualSize + 0xfff) >> 12, pages.Count - first);
            if (count > 0)
            {
                pages.Set(first, count, piece.Protection);
            }
        }
    }

    private protected override NtStatus MakeView(ulong offset, ulong size, uint protection, out SectionView? view)
    {
        int pageCount = (int)(size >> 12);
        view = null;
        if (Layout.IsMappable)
        {
            FilePiece[] pieces = [.. Layout.Pieces.Where(p => p.FileLength != 0)
                .Select(p => PieceOf(p))];
            try
            {
                view = new ImageSectionView(this, GuestMemory, file, GuestMemory.MapPieces(pageCount, pieces));
                return NtStatus.Success;
            }
            catch (KvmException)
            {
                return NtStatus.NoMemory;
            }
        }
        view = new ImageSectionView(this, GuestMemory, file, pageCount);
        return NtStatus.Success;
    }

    private protected override void FreeResources() => file.Dispose();

    private FilePiece PieceOf(in PePiece piece)
    {
        int page = (int)(piece.Rva >> 12);
        return Layout.Extension is { } extension && extension.Holds(piece.Rva)
            ? new FilePiece(extension.File, piece.FileOffset, piece.FileLength, page, FileMapping.Private)
            : new FilePiece(file.File, file.Offset + piece.FileOffset, piece.FileLength, page, FileMapping.Private);
    }
}
