namespace PortableVirt.Emulation.Debugging;

/// <summary>Where a debug event is between the thread that reports it and the debugger.</summary>
internal enum DebugEventState
{
    /// <summary>In the queue of the debug object.</summary>
    Queued,

    /// <summary>Handed to the debugger, which has not continued it yet.</summary>
    Sent,

    /// <summary>Continued with DBG_REPLY_LATER: it is queued again when its thread is no longer suspended.</summary>
    Delayed,

    /// <summary>Continued, or dropped with the debug object: the thread goes on.</summary>
    Continued,
}
