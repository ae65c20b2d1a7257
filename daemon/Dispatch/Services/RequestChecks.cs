using PortableVirt.Dispatch.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Services;

/// <summary>What requests may hold.</summary>
internal static class RequestChecks
{
    private const ulong LeastMemory = 16 << 20;
    private const uint LeastThreads = 16;
    private const uint MostCpuPercent = 100_000;
    private const uint MostRestarts = 1_000_000;
    private const uint LeastDelay = 100;
    private const uint MostDelay = 3_600_000;
    private const int LongestName = 64;

    /// <summary>A run's options.</summary>
    /// <exception cref="GrpcException">InvalidArgument.</exception>
    public static LaunchOptions Options(LaunchOptions? options, string package)
    {
        Require(options is not null, "a run needs options");
        Require(options!.ProgramPath.Length > 0 || package.Length > 0, "a run needs the path of a program or a package");
        Require(options.WorkingFolder.StartsWith('/'), "a run needs an absolute working folder");
        Require(!options.WorkingFolder.Contains('\0') && !options.ProgramPath.Contains('\0'), "paths have no zero byte");
        return options;
    }

    /// <summary>A name of a VM or package; empty is none.</summary>
    /// <exception cref="GrpcException">InvalidArgument.</exception>
    public static string Name(string name)
    {
        Require(
            name.Length == 0 || (name.Length <= LongestName && char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')),
            $"a name is a letter, then letters, digits, '.', '_' and '-', at most {LongestName}");
        return name;
    }

    /// <summary>Limits; absent: none.</summary>
    /// <exception cref="GrpcException">InvalidArgument.</exception>
    public static VmLimits Limits(VmLimits? limits)
    {
        limits ??= new VmLimits();
        Require(limits.MemoryBytes is 0 or >= LeastMemory, "a limit of memory is at least 16 MiB");
        Require(limits.CpuPercent <= MostCpuPercent, "a limit of processor time is at most 100000 percent");
        Require(limits.MaxThreads is 0 or >= LeastThreads, $"a limit of threads is at least {LeastThreads}");
        return limits;
    }

    /// <summary>A restart policy; absent: never.</summary>
    /// <exception cref="GrpcException">InvalidArgument.</exception>
    public static RestartPolicy Restart(RestartPolicy? policy)
    {
        policy ??= new RestartPolicy();
        Require(policy.Mode is >= RestartMode.Never and <= RestartMode.Always, "there is no such restart mode");
        Require(policy.MaxRestarts <= MostRestarts, $"a policy restarts at most {MostRestarts} times");
        Require(policy.DelayMilliseconds is 0 or (>= LeastDelay and <= MostDelay), $"the delay of a restart is {LeastDelay} to {MostDelay} ms");
        return policy;
    }

    /// <summary>A grace time.</summary>
    /// <exception cref="GrpcException">InvalidArgument.</exception>
    public static TimeSpan Grace(uint milliseconds)
    {
        TimeSpan grace = TimeSpan.FromMilliseconds(milliseconds);
        Require(grace <= SupervisionLimits.MaxGrace, $"a grace time is at most {SupervisionLimits.MaxGrace.TotalMilliseconds:0} ms");
        return grace;
    }

    /// <summary>Refuses a request.</summary>
    /// <exception cref="GrpcException">InvalidArgument.</exception>
    public static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new GrpcException(StatusCode.InvalidArgument, message);
        }
    }
}
