using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk.Layers;

/// <summary>A file of a read-only layer: a run of bytes of a host file that stays open.</summary>
/// <param name="container">The host file.</param>
/// <param name="offset">Where the file starts in it, a multiple of 4096.</param>
/// <param name="stat">What the host would say of such a file; its size is the file's.</param>
internal sealed class LayerFile(SafeFileHandle container, long offset, HostStat stat)
{
    /// <summary>Where it starts in the container, in bytes.</summary>
    public long Offset { get; } = offset;

    /// <summary>Bytes.</summary>
    public long Length => stat.Size;

    /// <summary>What the host would say of it.</summary>
    public HostStat Stat => stat;

    /// <summary>The container itself, which the layer owns.</summary>
    public SafeFileHandle Container => container;

    /// <summary>A descriptor of the container with a life of its own.</summary>
    public NtStatus Open(out SafeFileHandle handle)
    {
        NtStatus status = HostDescriptor.Duplicate(container, out SafeFileHandle? copy);
        handle = copy!;
        return status;
    }
}
