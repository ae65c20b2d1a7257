using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Vms;

/// <summary>When a VM that has ended is started again.</summary>
internal static class RestartRules
{
    /// <summary>A run that lasted this long begins the count of restarts anew.</summary>
    public static readonly TimeSpan LastingRun = TimeSpan.FromMinutes(10);

    private const uint DefaultMaxOnFailure = 10;
    private const uint DefaultDelayMilliseconds = 1000;
    private const uint LongestDelayMilliseconds = 60_000;

    /// <summary>Time until the next start; null: it stays ended.</summary>
    /// <param name="policy">Its policy.</param>
    /// <param name="exit">How it ended.</param>
    /// <param name="restartsInRow">Restarts since the last run that lasted.</param>
    public static TimeSpan? Delay(RestartPolicy policy, RunExit exit, uint restartsInRow)
    {
        bool failed = exit.Failure.Length > 0 || exit.GuestException || exit.NtStatus != 0 || exit.ExitCode != 0;
        bool wanted = policy.Mode == RestartMode.Always || (policy.Mode == RestartMode.OnFailure && failed);
        uint most = policy.MaxRestarts != 0 ? policy.MaxRestarts : policy.Mode == RestartMode.OnFailure ? DefaultMaxOnFailure : uint.MaxValue;
        if (!wanted || restartsInRow >= most)
        {
            return null;
        }

        uint first = policy.DelayMilliseconds != 0 ? policy.DelayMilliseconds : DefaultDelayMilliseconds;
        double delay = Math.Min(first * Math.Pow(2, Math.Min(restartsInRow, 20)), Math.Max(first, LongestDelayMilliseconds));
        return TimeSpan.FromMilliseconds(delay);
    }
}
