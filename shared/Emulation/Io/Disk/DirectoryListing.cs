using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>The names of one host folder as last read, and what tells whether they still hold.</summary>
internal sealed class DirectoryListing(SafeFileHandle directory, FileKey key)
{
    /// <summary>O_PATH descriptor of the folder, opened beneath its tree.</summary>
    public SafeFileHandle Directory { get; } = directory;

    /// <summary>The folder's identity.</summary>
    public FileKey Key { get; } = key;

    /// <summary>Names by name, without case; where two differ in case only, the first one read.</summary>
    public Dictionary<string, string> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Modification time of the folder that the names belong to.</summary>
    public HostTimestamp ModifyTime { get; set; }

    /// <summary>
    /// Stopwatch time at which the names must be read again although the folder's time is unchanged, because they were read
    /// within the resolution of that time; long.MaxValue when they were not.
    /// </summary>
    public long DoubtfulAt { get; set; }
}
