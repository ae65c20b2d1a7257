namespace PortableVirt.Emulation.Io.Disk;

/// <summary>A directory whose entries can be enumerated.</summary>
internal interface IDirectorySource
{
    /// <summary>The state of the enumeration; NtQueryDirectoryFile calls on one file object share it.</summary>
    DirectoryEnumeration Enumeration { get; }

    /// <summary>True for the root directory of a volume, which has no "." and "..".</summary>
    bool IsRoot { get; }

    /// <summary>All names, without "." and "..", in any order.</summary>
    NtStatus ReadNames(List<string> names);

    /// <summary>Finds one name whatever its case.</summary>
    NtStatus FindName(string name, out string actual);

    /// <summary>Data of an entry; false when it is gone or must not be seen.</summary>
    bool TryGetEntry(string name, out FileMetadata metadata);
}
