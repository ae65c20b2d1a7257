namespace PortableVirt.Emulation.Sync;

/// <summary>One object of a wait: a link of the object's queue of waiters.</summary>
/// <param name="block">The wait.</param>
/// <param name="index">Position of the object in the wait.</param>
internal sealed class WaitEntry(WaitBlock block, int index)
{
    /// <summary>The wait.</summary>
    public WaitBlock Block { get; } = block;

    /// <summary>Position of the object in the wait, 0 to 63.</summary>
    public int Index { get; } = index;

    /// <summary>The object.</summary>
    public DispatcherObject Object { get; set; } = null!;

    /// <summary>The waiter that came after this one.</summary>
    public WaitEntry? Next { get; set; }

    /// <summary>The waiter that came before this one.</summary>
    public WaitEntry? Previous { get; set; }
}
