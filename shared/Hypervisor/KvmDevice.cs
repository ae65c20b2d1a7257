using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Hypervisor;

/// <summary>An open /dev/kvm whose API version and capabilities have been checked.</summary>
public sealed class KvmDevice : IDisposable
{
    private KvmDevice(SafeFileHandle handle) => Handle = handle;

    internal SafeFileHandle Handle { get; }

    /// <summary>Opens the device. Throws <see cref="KvmException"/>: no device, no right, wrong version, missing capability.</summary>
    public static KvmDevice Open(string path = "/dev/kvm") => throw new NotSupportedException(path);

    /// <summary>Takes over a descriptor that another process opened. Throws <see cref="KvmException"/> as <see cref="Open"/> does.</summary>
    public static KvmDevice FromDescriptor(SafeFileHandle handle) => new(handle);

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
