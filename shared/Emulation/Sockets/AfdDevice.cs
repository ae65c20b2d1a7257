using PortableVirt.Emulation.Io;

namespace PortableVirt.Emulation.Sockets;

/// <summary>\Device\Afd: each open is an endpoint; the name below it (\Device\Afd\Endpoint, \Device\Afd\Mio) means nothing.</summary>
internal sealed class AfdDevice(SocketNetwork network) : DeviceObject
{
    /// <inheritdoc/>
    internal override NtStatus Open(in FileCreateRequest request, string remainder, out FileObject file, out ulong information)
    {
        information = FileCreateRequest.Opened;
        file = new SocketFile(network, request.Thread.Executive, request.Access & ~FileAccessRights.MaximumAllowed, request.Share, request.Options);
        return NtStatus.Success;
    }
}
