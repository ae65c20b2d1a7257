using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation;

public sealed partial class Executive
{
    private TimerQueue? _timers;
    private long _luid = 1000;

    /// <summary>Timers that are set.</summary>
    internal TimerQueue Timers => _timers ?? Interlocked.CompareExchange(ref _timers, new TimerQueue(Dispatcher, Clock.Monotonic), null) ?? _timers;

    /// <summary>Threads that wait at keyed events.</summary>
    internal KeyedEventTable KeyedEvents { get; } = new();

    /// <summary>The global atom table of the VM.</summary>
    internal AtomTable GlobalAtoms { get; } = new();

    /// <summary>The guest's processors, one bit each; there is one processor group.</summary>
    internal ulong ProcessorMask => ulong.MaxValue >> (64 - ProcessorCount);

    /// <summary>A locally unique id that this VM has not given before; the first 1000 are reserved, as on NT.</summary>
    internal long AllocateLuid() => Interlocked.Increment(ref _luid);
}
