namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// The stream addresses that the VM's sockets have bound. Linux lets several sockets bind one address when all have SO_REUSEADDR,
/// as ours have so that a port in TIME_WAIT is free; Windows refuses the second.
/// </summary>
internal sealed class BoundAddresses
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SocketFile, SocketAddress> _addresses = [];

    /// <summary>
    /// Notes that a socket has an address. STATUS_SHARING_VIOLATION when another one has it and they do not share it;
    /// STATUS_ACCESS_DENIED when the other one wants it for itself.
    /// </summary>
    /// <param name="shares">The socket has SO_REUSEADDR.</param>
    public NtStatus TryAdd(SocketFile socket, SocketAddress address, bool shares)
    {
        lock (_lock)
        {
            if (address.Port != 0)
            {
                foreach ((SocketFile other, SocketAddress taken) in _addresses)
                {
                    if (taken.WindowsForm.SequenceEqual(address.WindowsForm) && (!shares || other.IsExclusive))
                    {
                        return shares && other.IsExclusive ? NtStatus.AccessDenied : NtStatus.SharingViolation;
                    }
                }
            }
            _addresses[socket] = address;
            return NtStatus.Success;
        }
    }

    /// <summary>The socket got this port from the host.</summary>
    public void Update(SocketFile socket, SocketAddress address)
    {
        lock (_lock)
        {
            _addresses[socket] = address;
        }
    }

    /// <summary>Forgets a socket.</summary>
    public void Remove(SocketFile socket)
    {
        lock (_lock)
        {
            _addresses.Remove(socket);
        }
    }
}
