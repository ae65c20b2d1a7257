namespace PortableVirt.Emulation.Sync;

/// <summary>
/// The one place where a guest thread's host thread blocks: until <see cref="Wake"/>, a deadline, or a host descriptor is
/// ready. A wake-up that comes before the wait is kept (one token).
/// </summary>
public sealed class ThreadPark : IDisposable
{
    /// <summary>Blocks until woken (true) or the deadline (Stopwatch ticks, long.MaxValue = never) has passed (false).</summary>
    public bool Wait(long deadline) => throw new NotImplementedException();

    /// <summary>
    /// Blocks until the host descriptor has one of the poll(2) <paramref name="events"/>, or <see cref="Wake"/>, or the deadline.
    /// </summary>
    /// <returns>The descriptor's ready events; 0 when woken or timed out.</returns>
    public short WaitDescriptor(int descriptor, short events, long deadline) => throw new NotImplementedException();

    /// <summary>Wakes the thread; callable from any thread at any time.</summary>
    public void Wake() => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
