using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>The threads that are at a keyed event and have no partner yet. Guarded by the dispatcher lock.</summary>
internal sealed class KeyedEventTable
{
    private readonly LinkedList<Partner> _waiting = new();

    /// <summary>The keyed event that a null handle means (\KernelObjects\CritSecOutOfMemoryEvent).</summary>
    public KeyedEventObject Default { get; } = new();

    /// <summary>
    /// Meets the next thread of the same process that comes, or has come, to the key from the other side: STATUS_SUCCESS,
    /// STATUS_TIMEOUT, STATUS_USER_APC or STATUS_ALERTED.
    /// </summary>
    public NtStatus Meet(NtThread thread, KeyedEventObject keyedEvent, ulong key, bool isRelease, bool alertable, NtTimeout timeout)
    {
        Dispatcher dispatcher = thread.Executive.Dispatcher;
        LinkedListNode<Partner> own;
        lock (dispatcher.Lock)
        {
            for (LinkedListNode<Partner>? node = _waiting.First; node is not null; node = node.Next)
            {
                Partner partner = node.Value;
                if (partner.Event == keyedEvent && partner.Key == key && partner.IsRelease != isRelease && partner.Thread.Process == thread.Process)
                {
                    _waiting.Remove(node);
                    partner.IsMet = true;
                    dispatcher.Signal(partner);
                    return NtStatus.Success;
                }
            }
            own = _waiting.AddLast(new Partner(thread, keyedEvent, key, isRelease));
        }
        NtStatus status = dispatcher.Wait(thread, own.Value, alertable, timeout);
        lock (dispatcher.Lock)
        {
            if (own.Value.IsMet)
            {
                return NtStatus.Success;
            }
            _waiting.Remove(own);
            return status;
        }
    }

    private sealed class Partner(NtThread thread, KeyedEventObject keyedEvent, ulong key, bool isRelease) : DispatcherObject(ObjectKinds.KeyedEvent)
    {
        public NtThread Thread { get; } = thread;

        public KeyedEventObject Event { get; } = keyedEvent;

        public ulong Key { get; } = key;

        public bool IsRelease { get; } = isRelease;

        public bool IsMet { get; set; }

        internal override bool IsSignaled(NtThread thread) => IsMet;
    }
}
