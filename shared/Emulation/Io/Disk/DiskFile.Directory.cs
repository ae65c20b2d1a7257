using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>The file as a directory that can be enumerated.</summary>
internal sealed partial class DiskFile : IDirectorySource
{
    private VirtualDirectory? _added;

    /// <inheritdoc/>
    public DirectoryEnumeration Enumeration { get; } = new();

    /// <inheritdoc/>
    public bool IsRoot => Path.Length == 0;

    /// <inheritdoc/>
    public NtStatus ReadNames(List<string> names)
    {
        SafeFileHandle? opened = null;
        SafeFileHandle directory = Handle;
        if (IsPathOnly)
        {
            if (!Location.Tree.TryOpen(Location.Path, OpenFlags.ReadOnly | OpenFlags.Directory, 0, out opened))
            {
                return Errno.LastStatus;
            }
            directory = opened;
        }
        try
        {
            if (opened is null)
            {
                NativeIo.Seek(directory, 0, 0);
            }
            NtStatus status = DirectoryReader.Read(directory, names);
            _added = Volume.AddedEntries(Path);
            if (status.IsSuccess && _added is not null)
            {
                HashSet<string> own = new(names, StringComparer.OrdinalIgnoreCase);
                names.AddRange(_added.Entries.Keys.Where(name => !own.Contains(name)));
            }
            return status;
        }
        finally
        {
            opened?.Dispose();
        }
    }

    /// <inheritdoc/>
    public NtStatus FindName(string name, out string actual)
    {
        _added = Volume.AddedEntries(Path);
        if (_added is not null && _added.Entries.ContainsKey(name))
        {
            actual = _added.Entries.Keys.First(n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
            return NtStatus.Success;
        }
        actual = name;
        if (VolumePath.Parse(name, out string leaf) != NtStatus.Success || leaf.Length == 0 || leaf.Contains('/'))
        {
            return NtStatus.ObjectNameNotFound;
        }
        byte[] host = HostName.ToHost(leaf);
        if (NativeIo.StatX(Handle, in host[0], NativeIo.AtSymlinkNoFollow, HostStat.WantedMask, out _) == 0)
        {
            actual = leaf;
            return NtStatus.Success;
        }
        NtStatus status = Location.Tree.Find(HostTree.Join(Location.Path, leaf), out string path);
        actual = HostTree.Split(path).Name;
        return status;
    }

    /// <inheritdoc/>
    public bool TryGetEntry(string name, out FileMetadata metadata)
    {
        metadata = default;
        if (_added is not null && _added.Entries.TryGetValue(name, out FileLocation? location))
        {
            return VirtualDirectoryFile.TryGetMetadata(location, out metadata);
        }
        if (name == "." || (name == ".." && Location.Path.Length == 0))
        {
            return QueryMetadata(out metadata).IsSuccess;
        }
        byte[] host = name == ".." ? "..\0"u8.ToArray() : HostName.ToHost(name);
        if (NativeIo.StatX(Handle, in MemoryMarshal.GetReference<byte>(host), NativeIo.AtSymlinkNoFollow, HostStat.WantedMask, out HostStat stat) != 0)
        {
            return false;
        }
        if (!stat.IsRegular && !stat.IsDirectory && !stat.IsLink)
        {
            return false;
        }
        metadata = FileMetadata.FromHost(stat, stat.IsLink && LeadsToDirectory(Location with { Path = HostTree.Join(Location.Path, name) }));
        metadata = StoredAttributes.ApplyToEntry(Handle, host, metadata);
        return true;
    }
}
