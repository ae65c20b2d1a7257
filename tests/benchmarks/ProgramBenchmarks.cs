namespace PortableVirt.Benchmarks;

/// <summary>Whole programs: wall time from start to exit, and peak memory.</summary>
public static class ProgramBenchmarks
{
    private const double HelloTarget = 1.5;
    private const double PackTarget = 1.15;

    /// <summary>hello.exe.</summary>
    public static Task HelloAsync(Contestants contestants) =>
        CompareAsync("hello.exe", contestants, contestants.Hello, [], 15, HelloTarget);

    /// <summary>7za.exe packs 50 MB with two threads.</summary>
    public static Task PackAsync(Contestants contestants) =>
        CompareAsync(
            "7za.exe packs 50 MB", contestants, contestants.SevenZip,
            ["a", "-t7z", "-mx=1", "-mmt=2", "-bd", "packed.7z", "data.bin"], 3, PackTarget);

    private static async Task CompareAsync(string name, Contestants contestants, string program, string[] arguments, int rounds, double target)
    {
        string packed = Path.Combine(contestants.Folder, "packed.7z");
        Measurement measurement = new(name);
        await measurement.RunAsync(
            rounds,
            async () => await TimedAsync(contestants.PortableVirtAsync(program, arguments), packed),
            async () => await TimedAsync(contestants.WineAsync(program, arguments), packed));
        measurement.Print(target);

        double ours = await PeakMemory.DuringAsync(() => contestants.PortableVirtAsync(program, arguments));
        File.Delete(packed);
        double wine = await PeakMemory.DuringAsync(() => contestants.WineAsync(program, arguments));
        File.Delete(packed);
        Console.WriteLine($"  peak memory: PortableVirt {ours:F1} MiB, Wine {wine:F1} MiB beside its server and services");
        Console.WriteLine();
    }

    private static async Task<double> TimedAsync(Task<Tests.Support.ProgramRun> run, string leftover)
    {
        double milliseconds = (await run).Wall.TotalMilliseconds;
        File.Delete(leftover);
        return milliseconds;
    }
}
