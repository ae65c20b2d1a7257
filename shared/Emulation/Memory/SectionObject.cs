using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>
/// A section: memory that can be mapped, over a file, an executable image, or the page file. Host resources live until the last
/// handle and the last view are gone.
/// </summary>
public abstract class SectionObject(GuestMemory memory, ulong size, uint attributes, uint protection) : KernelObject(ObjectKinds.Section)
{
    private readonly Lock _lock = new();
    private int _views;
    private bool _handlesGone;
    private bool _isFreed;

    /// <summary>Size in bytes.</summary>
    public ulong Size { get; protected set; } = size;

    /// <summary>SEC_ attributes.</summary>
    public uint Attributes { get; } = attributes;

    /// <summary>PAGE_ protection that the section was made with: the most a view may have.</summary>
    public uint Protection { get; } = protection;

    /// <summary>The views whose pages may become code; null for a section that cannot be executed, and for images, whose views have pages of their own.</summary>
    internal SectionAliases? Aliases { get; } = (attributes & MemoryTypes.Image) == 0 && PageProtection.IsExecutable(protection) ? new SectionAliases() : null;

    /// <summary>True for code of ours that processes see and cannot write: it may be executed at CPL0, where no page fault can be resolved.</summary>
    internal bool HoldsKernelCode { get; init; }

    /// <summary>NT name of the file behind the section ("\Device\HarddiskVolume1\..."), or null.</summary>
    public string? FileName { get; init; }

    /// <summary>Guest-physical memory of the VM.</summary>
    protected GuestMemory GuestMemory { get; } = memory;

    /// <summary>A view with MEM_RESERVE may be larger than the section.</summary>
    public virtual bool AllowsReservedViews => false;

    /// <summary>NtExtendSection: a size that is not larger changes nothing. STATUS_SECTION_NOT_EXTENDED when the section cannot grow.</summary>
    /// <param name="size">Bytes wanted.</param>
    /// <param name="actual">Bytes that it has now.</param>
    internal NtStatus Extend(ulong size, out ulong actual)
    {
        lock (_lock)
        {
            actual = Size;
            if (_isFreed)
            {
                // Another thread has closed the last handle since this one looked it up.
                return NtStatus.InvalidHandle;
            }
            NtStatus status = size > Size ? Grow(size) : NtStatus.Success;
            actual = Size;
            return status;
        }
    }

    /// <summary>Makes the section larger. Called under the section's lock.</summary>
    private protected virtual NtStatus Grow(ulong size) => NtStatus.SectionNotExtended;

    /// <summary>Makes a view of [offset, offset + size).</summary>
    /// <param name="offset">Byte offset, a multiple of 4 KiB.</param>
    /// <param name="size">Bytes, a multiple of 4 KiB, inside the section rounded up to pages unless <see cref="AllowsReservedViews"/>.</param>
    /// <param name="protection">PAGE_ protection of the view.</param>
    /// <param name="view">The view; it holds the section until <see cref="SectionView.Release"/>.</param>
    internal NtStatus CreateView(ulong offset, ulong size, uint protection, out SectionView? view)
    {
        lock (_lock)
        {
            if (_isFreed)
            {
                view = null;
                return NtStatus.InvalidHandle;
            }
            NtStatus status = MakeView(offset, size, protection, out view);
            if (status.IsSuccess)
            {
                _views++;
            }
            return status;
        }
    }

    /// <summary>Makes the view's backing. Called under the section's lock.</summary>
    private protected abstract NtStatus MakeView(ulong offset, ulong size, uint protection, out SectionView? view);

    /// <summary>Frees descriptors, slots and frames. Called once, when nothing refers to the section any more.</summary>
    private protected abstract void FreeResources();

    /// <summary>Counts a view that is not made yet.</summary>
    internal void AddView()
    {
        lock (_lock)
        {
            _views++;
        }
    }

    internal void RemoveView()
    {
        lock (_lock)
        {
            if (--_views == 0 && _handlesGone)
            {
                Free();
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(NtProcess process) => DropHandles();

    /// <summary>No handle refers to the section any more: it lives as long as its views.</summary>
    internal void DropHandles()
    {
        lock (_lock)
        {
            _handlesGone = true;
            if (_views == 0)
            {
                Free();
            }
        }
    }

    private void Free()
    {
        if (!_isFreed)
        {
            _isFreed = true;
            FreeResources();
        }
    }
}
