using System.Threading.Channels;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Server.Peers;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Events;

/// <summary>One who watches events. Whoever does not keep up is ended, so that nobody waits for slow readers.</summary>
internal sealed class EventWatcher(PeerCredentials peer, Action<EventWatcher> remove) : IDisposable
{
    private const int MaxWaiting = 1024;
    private readonly Channel<Event> _events = Channel.CreateBounded<Event>(MaxWaiting);

    public PeerCredentials Peer { get; } = peer;

    /// <summary>The events; ends with ResourceExhausted when the reader is too slow.</summary>
    public IAsyncEnumerable<Event> ReadAllAsync(CancellationToken cancellationToken) => _events.Reader.ReadAllAsync(cancellationToken);

    public void Post(Event item)
    {
        if (!_events.Writer.TryWrite(item))
        {
            _events.Writer.TryComplete(new GrpcException(StatusCode.ResourceExhausted, "events came faster than they were read"));
        }
    }

    public void Dispose() => remove(this);
}
