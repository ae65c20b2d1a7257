namespace PortableVirt.Emulation;

/// <summary>How a VM was paused.</summary>
/// <param name="Elapsed">How long it took until everything stood; 0 when the VM was paused already.</param>
/// <param name="Threads">Threads that the VM had.</param>
/// <param name="InHostCalls">
/// Of these, the ones whose system call the host had not finished in 30 ms, a write to a slow disk for example. Such a call goes on; the thread stops at its end.
/// </param>
public readonly record struct PauseResult(TimeSpan Elapsed, int Threads, int InHostCalls);
