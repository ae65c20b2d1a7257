using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>
/// Which host files have data sections in this VM. It is apart from the control blocks because a section outlives the file
/// objects it was made with. Safe for use by several threads.
/// </summary>
internal sealed class MappedFileTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<FileKey, List<MappedFileSection>> _sections = [];

    /// <summary>Notes a section over a file; it counts until it is disposed.</summary>
    /// <param name="key">The file.</param>
    /// <param name="size">Size of the section in bytes.</param>
    public MappedFileSection Add(FileKey key, long size)
    {
        MappedFileSection section = new(this, key, size);
        lock (_lock)
        {
            if (!_sections.TryGetValue(key, out List<MappedFileSection>? list))
            {
                _sections[key] = list = new List<MappedFileSection>(1);
            }
            list.Add(section);
        }
        return section;
    }

    /// <summary>Forgets a section; nothing happens when it is not in the table.</summary>
    public void Remove(MappedFileSection section)
    {
        lock (_lock)
        {
            if (_sections.TryGetValue(section.Key, out List<MappedFileSection>? list) && list.Remove(section) && list.Count == 0)
            {
                _sections.Remove(section.Key);
            }
        }
    }

    /// <summary>False when a section covers bytes at or behind <paramref name="size"/> (the rule of MmCanFileBeTruncated, Windows documentation).</summary>
    public bool CanTruncate(FileKey key, long size)
    {
        lock (_lock)
        {
            return !_sections.TryGetValue(key, out List<MappedFileSection>? list) || list.TrueForAll(s => s.Size <= size);
        }
    }
}
