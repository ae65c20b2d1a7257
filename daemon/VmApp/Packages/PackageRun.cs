using Microsoft.Win32.SafeHandles;
using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Packing;
using PortableVirt.Cli.Packages;
using PortableVirt.Desktop.Files;
using PortableVirt.Emulation.Io.Disk.Layers;
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

    private PackageRun(PackageReader reader, ReadOnlyLayer layer, PackageData? data, LaunchOptions options)
    {
        _reader = reader;
        _layer = layer;
        _data = data;
        Options = options;
    }

    /// <summary>The run.</summary>
    public LaunchOptions Options { get; }

    /// <summary>Opens the inherited package.</summary>
    /// <param name="descriptor">Its descriptor, owned from now on.</param>
    /// <param name="options">What the user asked for.</param>
    /// <exception cref="PackageException">It is damaged.</exception>
    /// <exception cref="IOException">The folder of its changes cannot be used.</exception>
    public static PackageRun Open(int descriptor, LaunchOptions options)
    {
        foreach (string name in FolderVariables)
        {
            Environment.SetEnvironmentVariable(name, options.Environment.GetValueOrDefault(name));
        }

        PackageReader reader = PackageReader.TryOpen(new SafeFileHandle(descriptor, ownsHandle: true))
            ?? throw new PackageException("the registered package is no package any more; register it again");
        ReadOnlyLayer layer = PackageMount.Mount(reader);
        PackageData? data = options.DataFolder is { } asked ? PackageData.Open(asked, isAsked: true)
            : PackageData.FolderOf(reader.Manifest) is { } folder ? PackageData.Open(folder, isAsked: false)
            : null;
        PackageUnseen? unseen = PackageUnseen.Create(
            PackageMount.ReadText(reader, PackageFacts.PolicyPath), PackageMount.ReadText(reader, PackageFacts.SeenPath), UnseenLog.Of(reader.Id));
        return new PackageRun(reader, layer, data, options with
        {
            Private = true,
            Grants = options.Private ? options.Grants : [new Grant(options.WorkingFolder, false), .. options.Grants],
            DataFolder = null,
            Package = PackageMount.Program(reader, layer, data),
            LaunchImages = PackageMount.LaunchImages(reader),
            Unseen = unseen?.Guard,
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _data?.Dispose();
        _layer.Dispose();
        _reader.Dispose();
    }
}
