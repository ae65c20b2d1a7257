namespace PortableVirt.Emulation.Sync;

/// <summary>A user-mode APC: guest code that a thread runs at its next alertable wait.</summary>
/// <param name="Routine">Guest address of the APC routine (KiUserApcDispatcher calls it).</param>
/// <param name="Argument1">First argument.</param>
/// <param name="Argument2">Second argument.</param>
/// <param name="Argument3">Third argument.</param>
/// <param name="IsSpecial">Delivered at the next return to user mode, without an alertable wait (QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC).</param>
/// <param name="Source">The timer that queued it and may take it back, or null.</param>
public readonly record struct UserApc(ulong Routine, ulong Argument1, ulong Argument2, ulong Argument3, bool IsSpecial = false, TimerObject? Source = null);
