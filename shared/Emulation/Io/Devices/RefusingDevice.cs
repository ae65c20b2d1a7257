namespace PortableVirt.Emulation.Io.Devices;

/// <summary>A name that exists only to answer every open with one status.</summary>
internal sealed class RefusingDevice(NtStatus status) : DeviceObject
{
    /// <inheritdoc/>
    internal override NtStatus Open(in FileCreateRequest request, string remainder, out FileObject file, out ulong information)
    {
        file = null!;
        information = 0;
        return status;
    }
}
