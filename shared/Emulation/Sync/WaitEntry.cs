namespace PortableVirt.Emulation.Sync;

/// <summary>One object of a wait: a link of the object's queue of waiters. The waiter is a thread's wait or a wait completion packet.</summary>
internal sealed class WaitEntry
{
    /// <summary>One object of a thread's wait.</summary>
    /// <param name="block">The wait.</param>
    /// <param name="index">Position of the object in the wait.</param>
    public WaitEntry(WaitBlock block, int index) => (Block, Index) = (block, index);

    /// <summary>The object of a wait completion packet.</summary>
    public WaitEntry(WaitCompletionPacketObject packet) => Packet = packet;

    /// <summary>The thread's wait; null for a packet.</summary>
    public WaitBlock? Block { get; }

    /// <summary>The packet; null for a thread's wait.</summary>
    public WaitCompletionPacketObject? Packet { get; }

    /// <summary>Position of the object in the wait, 0 to 63.</summary>
    public int Index { get; }

    /// <summary>The object.</summary>
    public DispatcherObject Object { get; set; } = null!;

    /// <summary>The waiter that came after this one.</summary>
    public WaitEntry? Next { get; set; }

    /// <summary>The waiter that came before this one.</summary>
    public WaitEntry? Previous { get; set; }
}
