using PortableVirt.Analysis.Pe;

namespace PortableVirt.Emulation.Memory;

/// <summary>A file object that a section can be made over.</summary>
public interface ISectionSource
{
    /// <summary>NT name of the file, e.g. "\Device\HarddiskVolume1\windows\system32\ntdll.dll".</summary>
    string SectionFileName { get; }

    /// <summary>
    /// Gives the file with a descriptor of the section's own. STATUS_INVALID_FILE_FOR_SECTION for what is no regular file, STATUS_ACCESS_DENIED
    /// when <paramref name="forWrite"/> and the host file is not open for writing.
    /// </summary>
    NtStatus OpenForSection(bool forWrite, out FileExtent? file);

    /// <summary>Makes the file longer.</summary>
    NtStatus ExtendTo(long length);

    /// <summary>Notes a data section of <paramref name="size"/> bytes: until the result is disposed, the file cannot be made shorter than that (STATUS_USER_MAPPED_FILE).</summary>
    IDisposable RegisterSection(long size);
}
