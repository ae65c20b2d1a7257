using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>A section over the page file: shared memory of the VM without a file.</summary>
public sealed class PageFileSection : SectionObject
{
    private readonly PageFileStore _store;

    /// <summary>Makes a section of zeros.</summary>
    /// <param name="memory">Guest-physical memory.</param>
    /// <param name="size">Bytes, at least 1.</param>
    /// <param name="attributes">SEC_COMMIT or SEC_RESERVE and modifiers.</param>
    /// <param name="protection">PAGE_ protection.</param>
    public PageFileSection(GuestMemory memory, ulong size, uint attributes, uint protection)
        : base(memory, size, attributes, protection) =>
        _store = new PageFileStore(memory, (long)((size + 0xfff) >> 12), (attributes & MemoryTypes.SectionReserve) == 0);

    internal PageFileStore Store => _store;

    private protected override NtStatus MakeView(ulong offset, ulong size, uint protection, out SectionView? view)
    {
        view = new PageFileSectionView(this, offset, _store);
        return NtStatus.Success;
    }

    private protected override void FreeResources() => _store.Free();
}
