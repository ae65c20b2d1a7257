using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>A view of a file: the frames are a file slot, shared by the views of the section or, for copy-on-write, the view's own.</summary>
/// <param name="section">The section.</param>
/// <param name="offset">Byte offset of the view, a multiple of 4 KiB.</param>
/// <param name="slot">The slot that holds the pages.</param>
/// <param name="slotPage">Page of the slot at which the view starts.</param>
/// <param name="ownsSlot">The slot goes with the view.</param>
internal sealed class FileSectionView(SectionObject section, ulong offset, FileSlot slot, long slotPage, bool ownsSlot) : SectionView(section, offset)
{
    /// <inheritdoc/>
    public override bool SharesFrames => !ownsSlot;

    /// <inheritdoc/>
    public override (ulong Gpa, int Count) GetFrames(long page, int count) =>
        slotPage + page + count <= slot.PageCount ? (slot.Gpa + ((ulong)(slotPage + page) << 12), count) : (0, 0);

    /// <inheritdoc/>
    public override void Release(GuestMemory memory)
    {
        if (ownsSlot)
        {
            slot.Dispose();
        }
        Section.RemoveView();
    }
}
