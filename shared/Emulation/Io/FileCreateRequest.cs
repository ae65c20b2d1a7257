using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io;

/// <summary>The checked arguments of NtCreateFile and its relatives.</summary>
/// <param name="Thread">The caller.</param>
/// <param name="Access">Desired access; generic bits are mapped, MAXIMUM_ALLOWED may be set.</param>
/// <param name="Attributes">FILE_ATTRIBUTE_ flags for a new file.</param>
/// <param name="Share">FILE_SHARE_ flags.</param>
/// <param name="Disposition">What to do when the file exists and when it does not.</param>
/// <param name="Options">Create options.</param>
/// <param name="AllocationSize">Bytes to allocate for a new file; 0 for none.</param>
/// <param name="EndsWithBackslash">The name ended with a backslash: only a directory will do.</param>
public readonly record struct FileCreateRequest(
    NtThread Thread,
    uint Access,
    uint Attributes,
    uint Share,
    FileDisposition Disposition,
    FileOptions Options,
    long AllocationSize,
    bool EndsWithBackslash)
{
    /// <summary>Extended attributes for a new or overwritten file.</summary>
    public IReadOnlyList<Disk.ExtendedAttribute> ExtendedAttributes { get; init; } = [];

    /// <summary>IO_STATUS_BLOCK.Information values of a successful create.</summary>
    internal const ulong Superseded = 0, Opened = 1, Created = 2, Overwritten = 3;
}
