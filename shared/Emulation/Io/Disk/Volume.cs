using PortableVirt.Emulation.Objects;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>A volume with a drive letter. Paths on it are in Windows spelling, parts joined by '/', "" for the root directory.</summary>
internal abstract class Volume(char letter, int number, string label, uint serialNumber) : DeviceObject
{
    /// <summary>Drive letter, upper case.</summary>
    public char Letter { get; } = letter;

    /// <summary>Number in its device name, \Device\HarddiskVolumeN.</summary>
    public int Number { get; } = number;

    /// <summary>Volume label.</summary>
    public string Label { get; } = label;

    /// <summary>Volume serial number.</summary>
    public uint SerialNumber { get; } = serialNumber;

    /// <summary>
    /// Says where a path lies. STATUS_SUCCESS with a location: on the host, if it exists. STATUS_SUCCESS with
    /// <paramref name="folder"/>: a directory that the volume makes up. Otherwise it does not exist.
    /// </summary>
    public abstract NtStatus Locate(string path, out FileLocation location, out VirtualDirectory? folder);

    /// <summary>Finds files by their ids.</summary>
    public FileIdFinder FileIds => field ??= new FileIdFinder(this);

    /// <summary>Where the host's part of the volume begins: paths on the volume, and the host folders and single files that are there.</summary>
    public abstract IEnumerable<(string Path, FileLocation Location)> Roots();

    /// <summary>Paths of the directories that the volume makes up.</summary>
    public virtual IEnumerable<string> MadeUpFolders() => [];

    /// <summary>Entries that the volume adds to the host's directory at a path.</summary>
    public virtual VirtualDirectory? AddedEntries(string path) => null;

    /// <summary>Told before a name goes because it is deleted; an error keeps it.</summary>
    public virtual NtStatus Removing(string path) => NtStatus.Success;

    /// <summary>Told before a name goes because it is renamed; an error keeps it.</summary>
    public virtual NtStatus Moving(string path, bool isDirectory) => NtStatus.Success;

    /// <summary>Told before a name is looked for that another file is to get.</summary>
    public virtual NtStatus PrepareTarget(string path) => NtStatus.Success;

    /// <inheritdoc/>
    internal override NtStatus Open(in FileCreateRequest request, string remainder, out FileObject file, out ulong information) =>
        DiskFileOpener.Open(this, request, remainder, out file, out information);
}
