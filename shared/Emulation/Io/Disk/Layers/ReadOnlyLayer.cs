using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Loader;

namespace PortableVirt.Emulation.Io.Disk.Layers;

/// <summary>
/// Folders and files that drive C: starts with, served from one host file that holds them all uncompressed. Filled before the VM starts, then read by
/// any thread.
/// </summary>
public sealed class ReadOnlyLayer : IDisposable
{
    /// <summary>Device number of the files' ids: "PV" in ASCII, which no block device has.</summary>
    private const uint Device = 0x5056;

    private const int PageShift = 12;

    private readonly Dictionary<string, LayerEntry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<LayerEntry>> _children = new(StringComparer.OrdinalIgnoreCase);
    private readonly SafeFileHandle _container;
    private readonly HostTimestamp _time;

    /// <summary>A layer over a host file, which it closes in the end.</summary>
    public ReadOnlyLayer(SafeFileHandle container)
    {
        _container = container;
        _time = HostTree.TryStat(container, out HostStat stat) ? stat.ModifyTime : default;
        _children.Add("", []);
    }

    /// <summary>Adds a file and the folders on the way to it; one that is there stays.</summary>
    /// <param name="path">Path on drive C:, parts joined by '/'.</param>
    /// <param name="offset">Where it starts in the host file, a multiple of 4096.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="isFixed">The program may not change it: a file of the system.</param>
    public void AddFile(string path, long offset, long length, bool isFixed)
    {
        HostStat stat = new()
        {
            Mode = OpenFlags.TypeRegular | 0x1a4,
            Links = 1,
            Inode = (ulong)offset >> PageShift,
            Size = length,
            Blocks = ((ulong)length + 511) / 512,
            DeviceMajor = Device,
            AccessTime = _time,
            ModifyTime = _time,
            ChangeTime = _time,
        };
        Add(new LayerEntry(path, new LayerFile(_container, offset, stat), isFixed));
    }

    /// <summary>Adds a folder and those on the way to it.</summary>
    public void AddFolder(string path) => Add(new LayerEntry(path, null, false));

    /// <summary>The files of one folder, by name.</summary>
    public IFileSource FilesOf(string folder) => new LayerSource(this, folder);

    /// <summary>Opens a file; the caller closes the result.</summary>
    public FileExtent? TryOpen(string path) =>
        _entries.TryGetValue(path, out LayerEntry? entry) && entry.File is { } file && file.Open(out SafeFileHandle handle).IsSuccess
            ? new FileExtent(handle, file.Offset, file.Length)
            : null;

    /// <summary>The host file.</summary>
    internal SafeFileHandle Container => _container;

    /// <inheritdoc/>
    public void Dispose() => _container.Dispose();

    /// <summary>Finds a file or folder whatever its case; "" is the root.</summary>
    internal bool TryFind(string path, [NotNullWhen(true)] out LayerEntry? entry)
    {
        if (path.Length == 0)
        {
            entry = new LayerEntry("", null, false);
            return true;
        }
        return _entries.TryGetValue(path, out entry);
    }

    /// <summary>All files and folders.</summary>
    internal IEnumerable<LayerEntry> Entries => _entries.Values;

    /// <summary>What a folder holds.</summary>
    internal IReadOnlyList<LayerEntry> Children(string folder) => _children.TryGetValue(folder, out List<LayerEntry>? children) ? children : [];

    private void Add(LayerEntry entry)
    {
        if (!_entries.TryAdd(entry.Path, entry))
        {
            return;
        }
        string parent = HostTree.Split(entry.Path).Folder;
        if (entry.File is null)
        {
            _children.TryAdd(entry.Path, []);
        }
        if (parent.Length != 0)
        {
            Add(new LayerEntry(parent, null, false));
        }
        _children[parent].Add(entry);
    }

    private sealed class LayerSource(ReadOnlyLayer layer, string folder) : IFileSource
    {
        public string Name => folder;

        public bool Has(string name) => layer.TryFind(HostTree.Join(folder, name), out LayerEntry? entry) && entry.File is not null;

        public FileExtent? TryOpen(string name) => layer.TryOpen(HostTree.Join(folder, name));
    }
}
