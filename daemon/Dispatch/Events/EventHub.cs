using Google.Protobuf.WellKnownTypes;
using PortableVirt.Dispatch.Rights;
using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Server.Peers;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Events;

/// <summary>Gives events to those who watch.</summary>
internal sealed class EventHub(Authorizer authorizer)
{
    private readonly Lock _lock = new();
    private readonly List<EventWatcher> _watchers = [];

    /// <summary>Starts to watch; dispose of the watcher to end it.</summary>
    public EventWatcher Watch(PeerCredentials peer)
    {
        EventWatcher watcher = new(peer, w => Remove(w));
        lock (_lock)
        {
            _watchers.Add(watcher);
        }

        return watcher;
    }

    /// <summary>Gives an event to all who may see its VM; never waits for them.</summary>
    public void Publish(VmInstance vm, Event item) => Publish(peer => authorizer.MayCommand(peer, vm), vm.Id, item);

    /// <summary>Gives an event to some; never waits for them.</summary>
    public void Publish(Func<PeerCredentials, bool> maySee, string vmId, Event item)
    {
        item.Time = Timestamp.FromDateTime(DateTime.UtcNow);
        item.VmId = vmId;
        lock (_lock)
        {
            foreach (EventWatcher watcher in _watchers)
            {
                if (maySee(watcher.Peer))
                {
                    watcher.Post(item);
                }
            }
        }
    }

    private void Remove(EventWatcher watcher)
    {
        lock (_lock)
        {
            _watchers.Remove(watcher);
        }
    }
}
