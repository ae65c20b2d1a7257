namespace PortableVirt.Emulation.Threads;

/// <summary>Affinity and priority on the host.</summary>
public sealed partial class NtThread
{
    private const int LowestRelative = -15;
    private const int HighestRelative = 15;
    private const int NormalPriority = 8;

    /// <summary>The processors that the thread may use.</summary>
    internal ulong Affinity => AffinityMask ?? (Process.AffinityMask != 0 ? Process.AffinityMask : Executive.ProcessorMask);

    /// <summary>Its priority, 1 to 15: the process's base priority and its own, which may be the ends of the range.</summary>
    internal int EffectivePriority => BasePriority switch
    {
        LowestRelative => 1,
        HighestRelative => 15,
        _ => Math.Clamp(Process.BasePriority + BasePriority, 1, 31),
    };

    /// <summary>Tells the host's scheduler of the affinity.</summary>
    internal void ApplyAffinity()
    {
        if (Volatile.Read(ref _hostThreadId) is not 0 and int host && !HasEnded)
        {
            HostScheduler.SetAffinity(host, Affinity);
        }
    }

    /// <summary>Tells the host's scheduler of the priority.</summary>
    internal void ApplyPriority()
    {
        if (Volatile.Read(ref _hostThreadId) is not 0 and int host && !HasEnded)
        {
            HostScheduler.SetPriority(host, EffectivePriority);
        }
    }

    /// <summary>The host thread has started: what was asked for before is applied now.</summary>
    private void ApplyScheduling()
    {
        if (Affinity != Executive.ProcessorMask)
        {
            ApplyAffinity();
        }
        if (EffectivePriority < NormalPriority)
        {
            ApplyPriority();
        }
    }
}
