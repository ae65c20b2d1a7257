using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>
/// An I/O completion port: a queue of packets. As an object to wait for it is signaled while packets are queued; such a wait takes
/// none. Removing one goes through <see cref="Removal"/>.
/// </summary>
public sealed class IoCompletionObject : DispatcherObject
{
    /// <summary>Packets that one port queues at most; posting more fails with STATUS_INSUFFICIENT_RESOURCES.</summary>
    public const int MaximumPackets = 1 << 22;

    /// <summary>IO_COMPLETION_QUERY_STATE.</summary>
    public const uint QueryState = 1;

    /// <summary>IO_COMPLETION_MODIFY_STATE.</summary>
    public const uint ModifyState = 2;

    private const int MaximumWithdrawn = 64;

    private readonly Dispatcher _dispatcher;
    private readonly Queue<QueuedPacket> _packets = new();
    private int _withdrawn;

    /// <summary>Makes an empty port.</summary>
    /// <param name="dispatcher">The executive's dispatcher.</param>
    /// <param name="concurrency">Threads that should run at a time; kept for information, the host schedules.</param>
    public IoCompletionObject(Dispatcher dispatcher, uint concurrency)
        : base(ObjectKinds.IoCompletion)
    {
        _dispatcher = dispatcher;
        Concurrency = concurrency;
        Removal = new PacketRemoval(this);
    }

    /// <summary>The number of threads that the creator asked for.</summary>
    public uint Concurrency { get; }

    /// <summary>Packets queued.</summary>
    public int Depth
    {
        get
        {
            lock (_dispatcher.Lock)
            {
                return Count;
            }
        }
    }

    /// <summary>True once the last handle is closed: removals end with STATUS_ABANDONED_WAIT_0. Guarded by the dispatcher lock.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>What a thread waits for to get a packet; the packet then is in <see cref="NtThread.TakenPacket"/>.</summary>
    internal DispatcherObject Removal { get; }

    private int Count => _packets.Count - _withdrawn;

    /// <summary>Queues a packet; a thread that waits for one gets it at once. STATUS_INSUFFICIENT_RESOURCES when the port is full.</summary>
    /// <param name="key">Completion key.</param>
    /// <param name="value">Completion value.</param>
    /// <param name="status">Status of the operation.</param>
    /// <param name="information">Its byte count.</param>
    public NtStatus Post(ulong key, ulong value, NtStatus status, ulong information)
    {
        lock (_dispatcher.Lock)
        {
            if (Count >= MaximumPackets)
            {
                return NtStatus.InsufficientResources;
            }
            Post(new CompletionPacket(key, value, new IoStatusBlock64(status, information)), null);
            return NtStatus.Success;
        }
    }

    /// <summary>
    /// Queues a packet, also into a full port: there is at most one of each wait completion packet. False when the port is closed. Call under the
    /// dispatcher lock.
    /// </summary>
    internal bool Post(in CompletionPacket packet, WaitCompletionPacketObject? owner)
    {
        if (IsClosed)
        {
            return false;
        }
        _packets.Enqueue(new QueuedPacket(packet, owner, owner?.Ticket ?? 0));
        _dispatcher.Signal(Removal);
        if (Count != 0)
        {
            _dispatcher.Signal(this);
        }
        return true;
    }

    /// <summary>A queued packet was withdrawn: it is skipped. Call under the dispatcher lock.</summary>
    internal void NoteWithdrawn()
    {
        if (++_withdrawn > MaximumWithdrawn && _withdrawn > _packets.Count / 2)
        {
            for (int i = _packets.Count; i > 0; i--)
            {
                QueuedPacket packet = _packets.Dequeue();
                if (!packet.IsWithdrawn)
                {
                    _packets.Enqueue(packet);
                }
            }
            _withdrawn = 0;
        }
    }

    /// <summary>Takes a packet if there is one.</summary>
    internal bool TryTake(out CompletionPacket packet)
    {
        lock (_dispatcher.Lock)
        {
            return TryDequeue(out packet);
        }
    }

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread) => Count != 0;

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(NtProcess process)
    {
        lock (_dispatcher.Lock)
        {
            IsClosed = true;
            while (TryDequeue(out _))
            {
            }
            _dispatcher.Signal(Removal);
        }
    }

    private bool TryDequeue(out CompletionPacket packet)
    {
        while (_packets.TryDequeue(out QueuedPacket queued))
        {
            if (queued.IsWithdrawn)
            {
                _withdrawn--;
                continue;
            }
            queued.Owner?.Leave();
            packet = queued.Packet;
            return true;
        }
        packet = default;
        return false;
    }

    /// <summary>The side of a port that gives packets to threads, in the order in which they came.</summary>
    private sealed class PacketRemoval(IoCompletionObject port) : DispatcherObject(ObjectKinds.IoCompletion)
    {
        internal override bool IsSignaled(NtThread thread) => port.IsClosed || port.Count != 0;

        internal override NtStatus Acquire(NtThread thread)
        {
            if (!port.TryDequeue(out CompletionPacket packet))
            {
                return NtStatus.AbandonedWait0;
            }
            thread.TakenPacket = packet;
            return NtStatus.Success;
        }
    }
}
