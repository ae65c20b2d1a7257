using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Security;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Threads;

/// <summary>What NtQueryInformationThread and NtSetInformationThread keep. Plain values: the last writer wins.</summary>
public sealed partial class NtThread
{
    private int _hostThreadId;
    private ThreadTimes _finalTimes;

    /// <summary>Text of SetThreadDescription.</summary>
    public string Description { get; internal set; } = "";

    /// <summary>Token that the thread impersonates, or null.</summary>
    public TokenObject? ImpersonationToken { get; internal set; }

    /// <summary>Priority relative to the process's class: -15, -2 to 2, or 15.</summary>
    internal int BasePriority { get; set; }

    /// <summary>Processors that the program wants it to run on; null until it sets them.</summary>
    internal ulong? AffinityMask { get; set; }

    /// <summary>Processor that the program prefers.</summary>
    internal byte IdealProcessor { get; set; }

    /// <summary>True when priority boosts are off.</summary>
    internal bool IsPriorityBoostDisabled { get; set; }

    /// <summary>True when debug events of the thread are suppressed.</summary>
    internal bool IsHiddenFromDebugger { get; set; }

    /// <summary>ThreadIoPriority: 2 is normal.</summary>
    internal uint IoPriority { get; set; } = 2;

    /// <summary>ThreadPowerThrottlingState: control mask, and state mask in the upper half. Kept, not passed on to the host.</summary>
    internal ulong PowerThrottling { get; set; }

    /// <summary>ThreadSelectedCpuSets: mask of the sets. Kept, not passed on to the host.</summary>
    internal ulong SelectedCpuSets { get; set; }

    /// <summary>ThreadPagePriority: 5 is normal.</summary>
    internal uint PagePriority { get; set; } = 5;

    /// <summary>ES_ flags of SetThreadExecutionState.</summary>
    internal uint ExecutionState { get; set; } = 0x80000000;

    /// <summary>Processor time that the thread has used, in the guest and for it in the host.</summary>
    public ThreadTimes Times => HasEnded ? _finalTimes : ThreadTimes.OfHostThread(Volatile.Read(ref _hostThreadId));

    private void NoteHostThread()
    {
        if (_hostThreadId == 0)
        {
            Volatile.Write(ref _hostThreadId, NativeThread.GetThreadId());
            ApplyScheduling();
        }
    }
}
