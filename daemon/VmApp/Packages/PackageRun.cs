using Microsoft.Win32.SafeHandles;
using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Packing;
using PortableVirt.Cli.Packages;
using PortableVirt.Desktop.Files;
using PortableVirt.Emulation.Io.Disk.Layers;
using PortableVirt.VirtualLayer.Unseen;
using PortableVirt.VmApp.Core;

namespace PortableVirt.VmApp.Packages;

/// <summary>A registered package, opened by the daemon and run in place by this process. The daemon has compared every byte of it and judged its
/// signature when it was registered.</summary>
internal sealed class PackageRun : IDisposable
{
    /// <summary>Variables that say where the user's folders are; a packed program's changes and recordings go there.</summary>
    private static readonly string[] FolderVariables = ["HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"];

    private readonly PackageReader _reader;
    private readonly ReadOnlyLayer _layer;
    private readonly PackageData? _data;
    private readonly PackageUnseen? _unseen;
    private readonly string _source;
    private readonly List<PreparedFolder> _folders;

    private PackageRun(PackageReader reader, ReadOnlyLayer layer, PackageData? data, PackageUnseen? unseen, string source, List<PreparedFolder> folders, LaunchOptions options)
    {
        _folders = folders;
        _reader = reader;
        _layer = layer;
        _data = data;
        _unseen = unseen;
        _source = source;
        Options = options;
    }

    /// <summary>The run.</summary>
    public LaunchOptions Options { get; }

    /// <summary>What the run needed and the package lacks, for people.</summary>
    public IEnumerable<string> Unseen => _unseen?.Tell(_source.Length == 0 ? "APP" : _source) ?? [];

    /// <summary>Opens the inherited package.</summary>
    /// <param name="descriptor">Its descriptor, owned from now on.</param>
    /// <param name="source">Host path of its file when it was registered, for messages; empty when it is not known.</param>
    /// <param name="options">What the user asked for.</param>
    /// <exception cref="PackageException">It is damaged.</exception>
    /// <exception cref="IOException">The folder of its changes cannot be used.</exception>
    public static PackageRun Open(int descriptor, string source, LaunchOptions options)
    {
        foreach (string name in FolderVariables)
        {
            Environment.SetEnvironmentVariable(name, options.Environment.GetValueOrDefault(name));
        }

        PackageReader reader = PackageReader.TryOpen(new SafeFileHandle(descriptor, ownsHandle: true))
            ?? throw new PackageException("the registered package is no package any more; register it again");
        ReadOnlyLayer layer = PackageMount.Mount(reader);
        UnseenLog? log = UnseenLog.Of(reader.Id);
        PackageUnseen? unseen = PackageUnseen.Create(PackageMount.ReadText(reader, PackageFacts.PolicyPath), PackageMount.Read(reader, PackageFacts.SeenPath), log);
        string? folder = options.DataFolder ?? PackageData.FolderOf(reader.Manifest);
        List<PreparedFolder> folders = [];
        foreach (string? path in (string?[])[folder, unseen is null ? null : log?.Folder])
        {
            if (path is not null)
            {
                folders.Add(PreparedFolder.Make(path, UserFolders.OwnerOnly));
            }
        }

        PackageData? data = folder is null ? null : PackageData.Open(folder, isAsked: options.DataFolder is not null);
        RunCell cell = options.Cell ?? new RunCell();
        return new PackageRun(reader, layer, data, unseen, source, folders, options with
        {
            Cell = cell with { Paths = [.. cell.Paths, .. folders.SelectMany(f => f.Paths)], KeptDescriptors = [.. cell.KeptDescriptors, descriptor] },
            Private = true,
            Grants = options.Private ? options.Grants : [new Grant(options.WorkingFolder, false), .. options.Grants],
            DataFolder = null,
            Package = PackageMount.Program(reader, layer, data),
            LaunchImages = PackageMount.LaunchImages(reader),
            Unseen = unseen?.Guard,
        });
    }

    /// <summary>Has items told as they are needed, with the command that adds them or an empty text: <see cref="PackageUnseen.Told"/>.</summary>
    public void TellUnseen(Action<UnseenItem, string> told)
    {
        if (_unseen is { } unseen)
        {
            unseen.Told = item => told(item, _source.Length != 0 && unseen.IsRecorded ? PackageUnseen.CommandFor(_source) : "");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _data?.Dispose();
        for (int i = _folders.Count - 1; i >= 0; i--)
        {
            _folders[i].Dispose();
        }

        _layer.Dispose();
        _reader.Dispose();
    }
}
