namespace PortableVirt.Dispatch.Vms;

/// <summary>Numbers of the supervision.</summary>
internal static class SupervisionLimits
{
    /// <summary>Time that a VM-app has to end after the stop command, before it is killed.</summary>
    public static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);

    /// <summary>Time that a VM-app has to answer a command.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    /// <summary>Time that the caller of an attached run has to come back after the daemon was restarted.</summary>
    public static readonly TimeSpan CallerReturn = TimeSpan.FromSeconds(10);

    /// <summary>Longest grace time of StopVm.</summary>
    public static readonly TimeSpan MaxGrace = TimeSpan.FromMinutes(10);

    /// <summary>VMs of one user at a time.</summary>
    public const int MaxVmsPerUser = 256;

    /// <summary>VMs of one user that have ended and are kept; of those that were not started with StartVm fewer, the latest.</summary>
    public const int MaxEndedPerUser = 1024;

    /// <summary>Ended VMs of one user that are kept although they were not started with StartVm.</summary>
    public const int MaxEndedRunsPerUser = 64;

    /// <summary>Exit code of PortableVirt's own failures; the same as pvctl's.</summary>
    public const int FailureExitCode = 125;
}
