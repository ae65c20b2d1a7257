using System.Globalization;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Output;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Vms;

/// <summary>Options of VMs under the daemon: name and limits; those of "pvctl start" add when it starts again.</summary>
internal static class VmOptions
{
    private const string NameOption = "--name";
    private const string Memory = "--memory";
    private const string Cpu = "--cpu";
    private const string Threads = "--max-threads";
    private const string Restart = "--restart";
    private const string RestartDelay = "--restart-delay";
    private const int MaxCpuPercent = 100_000;
    private const int MaxRestarts = 1_000_000;
    private const int MinThreads = 16;
    private const ulong MinMemory = 16UL << 20;
    private const double MinDelay = 0.1;
    private const double MaxDelay = 3600;

    /// <summary>Of "pvctl run" and "pvctl start".</summary>
    public static readonly IReadOnlyList<Option> Limits =
    [
        new(NameOption, "NAME", "name of the VM for other verbs"),
        new(Memory, "SIZE", "memory of the VM at most, as 512M or 2G; at least 16M"),
        new(Cpu, "PERCENT", "processor time at most, in percent of one processor"),
        new(Threads, "NUMBER", "host threads at most; at least 16"),
    ];

    /// <summary>Of "pvctl start".</summary>
    public static readonly IReadOnlyList<Option> Restarts =
    [
        new(Restart, "MODE", "start it again: never (the default), on-failure[:TIMES] or always[:TIMES]"),
        new(RestartDelay, "SECONDS", "before the first restart in a row, 0.1 to 3600 (default 1); each further one waits twice as long"),
    ];

    /// <summary>One of <see cref="Limits"/> that was given, or null.</summary>
    public static string? FirstGiven(Arguments arguments) => Limits.Select(o => o.Name).FirstOrDefault(arguments.Has);

    /// <summary>The name, or "".</summary>
    public static string ReadName(Arguments arguments) => arguments.Value(NameOption) ?? "";

    /// <summary>The limits.</summary>
    /// <exception cref="UsageException">One is wrong.</exception>
    public static VmLimits ReadLimits(Arguments arguments) => new()
    {
        MemoryBytes = arguments.Value(Memory) is not { } memory ? 0
            : Size.TryParse(memory, out ulong bytes) && bytes >= MinMemory ? bytes : throw new UsageException($"{Memory} needs a size of at least 16M, as 512M or 2G, not \"{memory}\""),
        CpuPercent = ReadNumber(arguments, Cpu, 1, MaxCpuPercent),
        MaxThreads = ReadNumber(arguments, Threads, MinThreads, int.MaxValue),
    };

    /// <summary>The restart policy.</summary>
    /// <exception cref="UsageException">It is wrong.</exception>
    public static RestartPolicy ReadRestart(Arguments arguments)
    {
        RestartPolicy policy = new();
        if (arguments.Value(Restart) is { } text)
        {
            string[] parts = text.Split(':', 2);
            policy.Mode = parts[0] switch
            {
                "never" when parts.Length == 1 => RestartMode.Never,
                "on-failure" => RestartMode.OnFailure,
                "always" => RestartMode.Always,
                _ => throw new UsageException($"{Restart}: \"{text}\" is none of never, on-failure[:TIMES], always[:TIMES]"),
            };
            if (parts.Length == 2)
            {
                policy.MaxRestarts = uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint times) && times is > 0 and <= MaxRestarts
                    ? times : throw new UsageException($"{Restart}: TIMES is a number from 1 to {MaxRestarts}");
            }
        }
        if (arguments.Value(RestartDelay) is { } delay)
        {
            policy.DelayMilliseconds = double.TryParse(delay, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds is >= MinDelay and <= MaxDelay
                ? (uint)Math.Round(seconds * 1000) : throw new UsageException($"{RestartDelay} needs a number of seconds from 0.1 to 3600");
        }
        return policy;
    }

    private static uint ReadNumber(Arguments arguments, string option, int min, int max) => arguments.Value(option) is not { } text ? 0
        : uint.TryParse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number >= min && number <= max
            ? number : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option} needs a number {(max == int.MaxValue ? $"of at least {min}" : $"from {min} to {max}")}, not \"{text}\""));
}
