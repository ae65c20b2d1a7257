namespace PortableVirt.Emulation.Threads;

/// <summary>The processors that affinity masks speak of: one group, the host's processors, at most 64.</summary>
internal static class Processors
{
    /// <summary>Number of processors, 1 to 64.</summary>
    internal static int Count { get; } = Math.Clamp(Environment.ProcessorCount, 1, 64);

    /// <summary>One bit a processor.</summary>
    internal static ulong Mask { get; } = ulong.MaxValue >> (64 - Count);
}
