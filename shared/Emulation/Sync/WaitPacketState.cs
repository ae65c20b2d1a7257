namespace PortableVirt.Emulation.Sync;

/// <summary>Where a wait completion packet is.</summary>
internal enum WaitPacketState
{
    /// <summary>In no use: it can be associated.</summary>
    Idle,

    /// <summary>Among the waiters of its target.</summary>
    Waiting,

    /// <summary>Fired: in the queue of its port, or on the way there.</summary>
    Queued,
}
