namespace PortableVirt.Dispatch.Vms;

/// <summary>Numbers of the supervision.</summary>
internal static class SupervisionLimits
{
    /// <summary>Time that a VM-app has to end after the stop command, before it is killed.</summary>
    public static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);

    /// <summary>Longest grace time of StopVm.</summary>
    public static readonly TimeSpan MaxGrace = TimeSpan.FromMinutes(10);

    /// <summary>VMs of one user at a time.</summary>
    public const int MaxVmsPerUser = 256;

    /// <summary>Exit code of PortableVirt's own failures; the same as pvctl's.</summary>
    public const int FailureExitCode = 125;
}
