using PortableVirt.Analysis.Pe;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>
/// A view with MEM_RESERVE of a file's section, which may be larger than the section: pages come into being as the file grows, by NtExtendSection or by
/// writes to the file (ZwMapViewOfSection's documentation; databases such as LMDB map so).
/// </summary>
/// <param name="section">The section.</param>
/// <param name="offset">Byte offset of the view, a multiple of 4 KiB.</param>
/// <param name="slot">The view's own slot, as long as the view.</param>
/// <param name="file">The file; the section owns it.</param>
internal sealed class ReservedFileSectionView(SectionObject section, ulong offset, FileSlot slot, FileExtent file) : SectionView(section, offset)
{
    /// <inheritdoc/>
    public override long AccessiblePages => Math.Clamp((file.CurrentLength - (long)Offset + 0xfff) >> 12, 0, slot.PageCount);

    /// <inheritdoc/>
    public override (ulong Gpa, int Count) GetFrames(long page, int count) => page + count <= slot.PageCount ? (slot.Gpa + ((ulong)page << 12), count) : (0, 0);

    /// <inheritdoc/>
    public override void Release(GuestMemory memory)
    {
        slot.Dispose();
        Section.RemoveView();
    }
}
