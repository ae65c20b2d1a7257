using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>
/// A view whose backing is made when a page is first missing. Of a launch image's views most never need one: the pages that a start touches are there
/// already.
/// </summary>
internal sealed class LaterView : SectionView
{
    private readonly ulong _size;
    private readonly uint _protection;
    private SectionView? _view;

    /// <summary>Makes the view.</summary>
    /// <param name="section">The section; the view counts as one of its views.</param>
    /// <param name="size">Bytes, a multiple of 4 KiB.</param>
    /// <param name="protection">PAGE_ protection of the view.</param>
    public LaterView(SectionObject section, ulong size, uint protection)
        : base(section, 0)
    {
        (_size, _protection) = (size, protection);
        section.AddView();
    }

    /// <inheritdoc/>
    public override bool IsImage => Section is ImageSection;

    /// <inheritdoc/>
    public override bool CopiesInGuest => _view?.CopiesInGuest ?? false;

    /// <inheritdoc/>
    public override (ulong Gpa, int Count) GetFrames(long page, int count) =>
        _view is not null || Section.CreateView(0, _size, _protection, out _view).IsSuccess ? _view!.GetFrames(page, count) : (0, 0);

    /// <inheritdoc/>
    public override void Release(GuestMemory memory)
    {
        _view?.Release(memory);
        Section.RemoveView();
    }
}
