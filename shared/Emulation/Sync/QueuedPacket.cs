namespace PortableVirt.Emulation.Sync;

/// <summary>A packet in the queue of a completion port.</summary>
/// <param name="Packet">What the thread that removes it gets.</param>
/// <param name="Owner">The wait completion packet that it belongs to, or null.</param>
/// <param name="Ticket">The owner's ticket when it was queued; another one now means that it was withdrawn.</param>
internal readonly record struct QueuedPacket(CompletionPacket Packet, WaitCompletionPacketObject? Owner, long Ticket)
{
    /// <summary>True when the packet was cancelled while it was queued.</summary>
    public bool IsWithdrawn => Owner is { } owner && owner.Ticket != Ticket;
}
