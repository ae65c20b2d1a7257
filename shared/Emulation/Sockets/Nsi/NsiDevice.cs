using PortableVirt.Emulation.Io;

namespace PortableVirt.Emulation.Sockets.Nsi;

/// <summary>\\.\Nsi: what iphlpapi asks about interfaces, addresses, routes and connections.</summary>
internal sealed class NsiDevice(SocketNetwork network) : DeviceObject
{
    /// <inheritdoc/>
    internal override NtStatus Open(in FileCreateRequest request, string remainder, out FileObject file, out ulong information)
    {
        information = FileCreateRequest.Opened;
        file = null!;
        if (remainder.Length != 0)
        {
            return NtStatus.ObjectPathNotFound;
        }
        file = new NsiFile(network, request.Thread.Executive, request.Access & ~FileAccessRights.MaximumAllowed, request.Share, request.Options);
        return NtStatus.Success;
    }
}
