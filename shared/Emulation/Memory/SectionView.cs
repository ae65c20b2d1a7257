using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>A mapped view of a section: which frames stand behind its pages. Guarded by the address space's lock.</summary>
internal abstract class SectionView(SectionObject section, ulong offset)
{
    /// <summary>The section.</summary>
    public SectionObject Section { get; } = section;

    /// <summary>Byte offset of the view in the section.</summary>
    public ulong Offset { get; } = offset;

    /// <summary>True for a view of an image: its pages are the view's own, and are written without a copy in the guest.</summary>
    public virtual bool IsImage => false;

    /// <summary>True when a write to a copy-on-write page needs a frame of its own; false where the host mapping copies by itself.</summary>
    public virtual bool CopiesInGuest => false;

    /// <summary>Pages from the view's start that can be accessed now; the rest of a view that is larger than its section waits for the section to grow.</summary>
    public virtual long AccessiblePages => long.MaxValue;

    /// <summary>True when other views of the section show the same frames.</summary>
    public virtual bool SharesFrames => false;

    /// <summary>
    /// Gives the frames behind <paramref name="count"/> pages from <paramref name="page"/>, or fewer when they are not contiguous.
    /// </summary>
    /// <returns>Guest-physical address and number of contiguous frames; 0 when there is no memory or the content cannot be read.</returns>
    public abstract (ulong Gpa, int Count) GetFrames(long page, int count);

    /// <summary>The view is gone: all its entries are cleared. <paramref name="memory"/> frees what only this view used.</summary>
    public abstract void Release(GuestMemory memory);
}
