using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>A view of a page-file section: the frames belong to the section and are shared by all its views.</summary>
internal sealed class PageFileSectionView(SectionObject section, ulong offset, PageFileStore store) : SectionView(section, offset)
{
    /// <inheritdoc/>
    public override bool CopiesInGuest => true;

    /// <inheritdoc/>
    public override bool SharesFrames => true;

    /// <inheritdoc/>
    public override (ulong Gpa, int Count) GetFrames(long page, int count) => store.GetFrames((long)(Offset >> 12) + page, count);

    /// <inheritdoc/>
    public override void Release(GuestMemory memory) => Section.RemoveView();
}
