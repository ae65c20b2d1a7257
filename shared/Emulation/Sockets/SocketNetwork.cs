using PortableVirt.Emulation.Sync;
using PortableVirt.VirtualLayer.Network;

namespace PortableVirt.Emulation.Sockets;

/// <summary>What the sockets of a VM share: the policy, the thread that waits for them, and the addresses that they have bound.</summary>
internal sealed class SocketNetwork(NetworkPolicy policy, PausableClock clock) : IDisposable
{
    private readonly Lock _lock = new();
    private SocketPoller? _poller;

    /// <summary>Which addresses may be used.</summary>
    public NetworkPolicy Policy { get; } = policy;

    /// <summary>The stream addresses in use.</summary>
    public BoundAddresses Bound { get; } = new();

    /// <summary>The poller; it starts with the first socket.</summary>
    public NtStatus GetPoller(out SocketPoller poller)
    {
        lock (_lock)
        {
            NtStatus status = _poller is null ? SocketPoller.Create(clock, out _poller) : NtStatus.Success;
            poller = _poller!;
            return status;
        }
    }

    /// <summary>The sockets of the VM that are open now.</summary>
    public IReadOnlyList<SocketFile> Sockets()
    {
        lock (_lock)
        {
            return _poller?.Sockets() ?? [];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _poller?.Dispose();
            _poller = null;
        }
    }
}
