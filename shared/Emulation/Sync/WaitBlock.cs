using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>A wait in progress: what a thread waits for, as data, so that it can be cancelled, saved and started again.</summary>
/// <param name="Thread">The waiting thread.</param>
/// <param name="Objects">What it waits for, 1 to 64.</param>
/// <param name="WaitAll">All of them at once instead of any.</param>
internal sealed record WaitBlock(NtThread Thread, DispatcherObject[] Objects, bool WaitAll)
{
    /// <summary>The result, once <see cref="IsDone"/>. Guarded by the dispatcher lock.</summary>
    public NtStatus Result { get; set; }

    /// <summary>True when the wait was satisfied or ended. Guarded by the dispatcher lock.</summary>
    public bool IsDone { get; set; }
}
