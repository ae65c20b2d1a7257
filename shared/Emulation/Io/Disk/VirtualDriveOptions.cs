using PortableVirt.VirtualLayer.Files;
using PortableVirt.VirtualLayer.Network;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>What the virtual drives and devices of a VM are made of.</summary>
public sealed class VirtualDriveOptions
{
    /// <summary>Host folder that holds drive C: and other private data; null makes a temporary one that is removed at the end.</summary>
    public string? PrivateFolder { get; init; }

    /// <summary>Host folder with the system DLLs, for example libwine's x86_64-windows folder; null for none.</summary>
    public string? SystemLibraryFolder { get; init; }

    /// <summary>What drive C: starts with, for a packed program; its files in windows/system32 are the system's. Null: <see cref="SystemLibraryFolder"/> is.</summary>
    public Layers.ReadOnlyLayer? Layer { get; init; }

    /// <summary>Where changes to drive C: go when there is a layer; null: they go with the run.</summary>
    public Layers.IDataFolder? Data { get; init; }

    /// <summary>Name of the Windows user, for C:\users\NAME.</summary>
    public string UserName { get; init; } = "user";

    /// <summary>The host paths shown on drive Z.</summary>
    public FilePolicy Policy { get; init; } = new([]);

    /// <summary>The addresses that sockets may use.</summary>
    public NetworkPolicy Network { get; init; } = NetworkPolicy.Default;
}
