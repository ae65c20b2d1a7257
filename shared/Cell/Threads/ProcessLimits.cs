using PortableVirt.Cell.Native;

namespace PortableVirt.Cell.Threads;

/// <summary>Limits of the whole process: no core dump with memory of the program in it, nobody of the same user looks in, no means that it does not need.</summary>
internal static class ProcessLimits
{
    private const int CoreFile = 4;
    private const int LockedMemory = 8;
    private const int MessageQueues = 12;
    private const int RealTimePriority = 14;

    /// <summary>Sets them.</summary>
    public static void Set()
    {
        // prctl(2): /proc/PID belongs to root from now on, ptrace(2) and core(5) ask for this flag, too.
        _ = NativeCell.PrCtl(NativeCell.PrSetDumpable, 0, 0, 0, 0);
        foreach (int limit in (ReadOnlySpan<int>)[CoreFile, LockedMemory, MessageQueues, RealTimePriority])
        {
            _ = NativeCell.SetRLimit(limit, [0, 0]);
        }
    }
}
