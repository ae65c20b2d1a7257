using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;

namespace PortableVirt.Emulation.Sync;

/// <summary>
/// A wait completion packet: waits for one object in place of a thread and, once that is signaled, queues a packet to a completion port. It is in use
/// from NtAssociateWaitCompletionPacket until its packet is removed from the port or the association is cancelled. All state is guarded by
/// <see cref="Dispatcher.Lock"/>.
/// </summary>
public sealed class WaitCompletionPacketObject : KernelObject
{
    /// <summary>The one right of the type, needed to associate and to cancel.</summary>
    public const uint ModifyState = 1;

    private readonly Dispatcher _dispatcher;
    private readonly WaitEntry _entry;
    private IoCompletionObject? _port;
    private CompletionPacket _packet;
    private WaitPacketState _state;

    /// <summary>Makes a packet that waits for nothing.</summary>
    /// <param name="dispatcher">The executive's dispatcher.</param>
    public WaitCompletionPacketObject(Dispatcher dispatcher)
        : base(ObjectKinds.WaitCompletionPacket)
    {
        _dispatcher = dispatcher;
        _entry = new WaitEntry(this);
    }

    /// <summary>Tells the packet in the port's queue from earlier ones of this object that were withdrawn.</summary>
    internal long Ticket { get; private set; }

    /// <summary>
    /// Starts to wait for <paramref name="target"/>. STATUS_INVALID_PARAMETER_1 while the packet is in use, STATUS_INVALID_PARAMETER_3 for a mutant,
    /// which only a thread can own.
    /// </summary>
    /// <param name="port">Port that gets the packet.</param>
    /// <param name="packet">What is queued.</param>
    /// <param name="wasSignaled">The target was signaled already: the packet is in the port.</param>
    public NtStatus Associate(IoCompletionObject port, DispatcherObject target, in CompletionPacket packet, out bool wasSignaled)
    {
        wasSignaled = false;
        if (target is MutantObject)
        {
            return NtStatus.InvalidParameter3;
        }
        lock (_dispatcher.Lock)
        {
            if (_state != WaitPacketState.Idle)
            {
                return NtStatus.InvalidParameter1;
            }
            (_port, _packet, _state) = (port, packet, WaitPacketState.Waiting);
            _entry.Object = target;
            target.Waiters.Add(_entry);
            _dispatcher.Signal(target);
            wasSignaled = _state != WaitPacketState.Waiting;
            return NtStatus.Success;
        }
    }

    /// <summary>
    /// Ends the association. STATUS_CANCELLED when there is none (any more), STATUS_PENDING when the packet is in the port and stays there.
    /// </summary>
    /// <param name="removeQueued">Takes the packet out of the port's queue, too.</param>
    public NtStatus Cancel(bool removeQueued)
    {
        lock (_dispatcher.Lock)
        {
            switch (_state)
            {
                case WaitPacketState.Idle:
                    return NtStatus.Cancelled;
                case WaitPacketState.Waiting:
                    _entry.Object.Waiters.Remove(_entry);
                    break;
                case WaitPacketState.Queued when removeQueued:
                    Ticket++;
                    _port!.NoteWithdrawn();
                    break;
                default:
                    return NtStatus.Pending;
            }
            Leave();
            return NtStatus.Success;
        }
    }

    /// <summary>The target is signaled: takes the wait out of its queue. Called under the dispatcher lock, which calls <see cref="Deliver"/> next.</summary>
    internal void Fire() => _entry.Object.Waiters.Remove(_entry);

    /// <summary>Queues the packet. Called under the dispatcher lock, outside of the walk through the target's waiters.</summary>
    internal void Deliver()
    {
        _state = WaitPacketState.Queued;
        _entry.Object = null!;
        if (!_port!.Post(_packet, this))
        {
            Leave();
        }
    }

    /// <summary>The port gave the packet to a thread, or is gone. Called under the dispatcher lock.</summary>
    internal void Leave()
    {
        _state = WaitPacketState.Idle;
        _entry.Object = null!;
        _port = null;
    }

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(NtProcess process) => Cancel(false);
}
