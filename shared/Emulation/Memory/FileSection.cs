using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>A data section over a file. All shared views use one file slot, so that they and the file itself are coherent.</summary>
/// <param name="memory">Guest-physical memory.</param>
/// <param name="file">The file; the section closes it.</param>
/// <param name="size">Bytes, at least 1.</param>
/// <param name="attributes">SEC_ attributes.</param>
/// <param name="protection">PAGE_ protection.</param>
/// <param name="registration">What keeps the file from being cut below the section's size, disposed with the section; null when nothing does.</param>
public sealed class FileSection(GuestMemory memory, FileExtent file, ulong size, uint attributes, uint protection, IDisposable? registration = null)
    : SectionObject(memory, size, attributes, protection)
{
    private FileSlot? _shared;

    /// <summary>Name of the file in the system library's nls folder, null for other files.</summary>
    internal string? NlsName { get; init; }

    private bool IsWritable => (Protection & (PageProtection.ReadWrite | PageProtection.ExecuteReadWrite)) != 0;

    /// <inheritdoc/>
    public override bool AllowsReservedViews => true;

    /// <inheritdoc/>
    private protected override NtStatus Grow(ulong size)
    {
        if ((ulong)file.CurrentLength < size)
        {
            if (!IsWritable)
            {
                return NtStatus.SectionNotExtended;
            }
            if (NativeIo.FTruncate(file.File, (long)size) != 0)
            {
                return Errno.LastStatus;
            }
        }
        Size = size;
        return NtStatus.Success;
    }

    private protected override NtStatus MakeView(ulong offset, ulong size, uint protection, out SectionView? view)
    {
        view = null;
        if (size > (ulong)int.MaxValue << 12)
        {
            return NtStatus.NoMemory;
        }
        try
        {
            if (PageProtection.IsWriteCopy(protection))
            {
                ulong length = Math.Min(size, Size - offset);
                view = new FileSectionView(this, offset, GuestMemory.MapFile(file.File, file.Offset + (long)offset, length, FileMapping.Private), 0, ownsSlot: true);
                return NtStatus.Success;
            }
            FileMapping mapping = IsWritable ? FileMapping.Shared : FileMapping.SharedReadOnly;
            if (offset + size > (_shared?.Length ?? Size))
            {
                // Larger than the section was when its slot was made.
                view = new ReservedFileSectionView(this, offset, GuestMemory.MapFile(file.File, file.Offset + (long)offset, size, mapping), file);
                return NtStatus.Success;
            }
            _shared ??= GuestMemory.MapFile(file.File, file.Offset, Size, mapping);
            view = new FileSectionView(this, offset, _shared, (long)(offset >> 12), ownsSlot: false);
            return NtStatus.Success;
        }
        catch (KvmException)
        {
            return NtStatus.NoMemory;
        }
    }

    private protected override void FreeResources()
    {
        _shared?.Dispose();
        file.Dispose();
        registration?.Dispose();
    }
}
