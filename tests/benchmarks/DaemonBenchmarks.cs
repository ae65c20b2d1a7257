using System.Diagnostics;
using System.Globalization;
using PortableVirt.Tests.Support;

namespace PortableVirt.Benchmarks;

/// <summary>What the daemon costs: its start, its memory, a question, a run through it beside the embedded way; all beside the start of a process
/// that does nothing, in the same run. Needs root.</summary>
internal static class DaemonBenchmarks
{
    private const int Rounds = 9;
    private const double StartTarget = 400;
    private const double MemoryTarget = 60;
    private const double ListTarget = 60;
    private const double RunTarget = 25;

    /// <summary>Measures and prints.</summary>
    /// <param name="hello">hello.exe, which prints one line.</param>
    public static async Task PrintAsync(string hello)
    {
        using ScratchFolder scratch = new();
        Dictionary<string, string?> environment = new() { ["PORTABLEVIRT_SOCKET"] = Path.Combine(scratch.Path, "run", "d.sock") };
        double bare = await MedianAsync(() => TimeAsync(["/bin/true"], scratch.Path, environment));
        List<double> starts = [];
        Process daemon = await StartAsync(scratch.Path, environment, starts);
        try
        {
            for (int i = 1; i < Rounds; i++)
            {
                await EndAsync(daemon);
                daemon = await StartAsync(scratch.Path, environment, starts);
            }

            (double resident, double own) = Memory(daemon.Id);
            double list = await MedianAsync(() => TimeAsync([PortableVirtCommand.Pvctl, "list"], scratch.Path, environment));
            List<double> through = [];
            List<double> embedded = [];
            for (int i = 0; i <= Rounds; i++)
            {
                through.Add(await TimeAsync([PortableVirtCommand.Pvctl, "run", "--daemon", "--", hello], scratch.Path, environment));
                embedded.Add(await TimeAsync([PortableVirtCommand.Pvctl, "run", "--embedded", "--", hello], scratch.Path, environment));
            }

            Console.WriteLine($"daemon, medians of {Rounds}; the start of a process that does nothing takes {bare:F1} ms");
            Print("start to first answer", Median(starts), StartTarget, bare);
            Print("pvctl list", list, ListTarget, bare);
            Print("hello through the daemon, over embedded", Median(through.Skip(1)) - Median(embedded.Skip(1)), RunTarget, bare);
            Console.WriteLine(
                $"  memory when idle: {resident:F1} MiB resident, {own:F1} MiB of it shared by nobody; target {MemoryTarget:F0}: {(resident <= MemoryTarget ? "met" : "missed")}");
        }
        finally
        {
            await EndAsync(daemon);
            daemon.Dispose();
        }
    }

    private static void Print(string name, double milliseconds, double target, double bare) => Console.WriteLine(
        $"  {name}: {milliseconds:F1} ms, {milliseconds / bare:F0} bare starts; target {target:F0} ms: {(milliseconds <= target ? "met" : "missed")}");

    private static async Task<Process> StartAsync(string folder, Dictionary<string, string?> environment, List<double> times)
    {
        string program = Path.Combine(Path.GetDirectoryName(PortableVirtCommand.Pvctl)!, "portablevirtd");
        ProcessStartInfo start = new(program, ["--socket", environment["PORTABLEVIRT_SOCKET"]!, "--state", Path.Combine(folder, "state")]) { RedirectStandardError = true };
        Stopwatch watch = Stopwatch.StartNew();
        Process daemon = Process.Start(start)!;
        daemon.ErrorDataReceived += (_, _) => { };
        daemon.BeginErrorReadLine();
        while (!File.Exists(environment["PORTABLEVIRT_SOCKET"]))
        {
            await Task.Delay(1);
        }

        while ((await ProgramRunner.RunAsync([PortableVirtCommand.Pvctl, "list"], folder, environment)).ExitCode != 0)
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(30))
            {
                throw new InvalidOperationException("the daemon does not answer");
            }
        }

        times.Add(watch.Elapsed.TotalMilliseconds);
        return daemon;
    }

    private static async Task EndAsync(Process daemon)
    {
        using Process kill = Process.Start("kill", ["-INT", daemon.Id.ToString(CultureInfo.InvariantCulture)]);
        await daemon.WaitForExitAsync();
    }

    private static async Task<double> TimeAsync(string[] command, string folder, Dictionary<string, string?> environment)
    {
        ProgramRun run = await ProgramRunner.RunAsync(command, folder, environment);
        return run.ExitCode == 0 ? run.Wall.TotalMilliseconds : throw new InvalidOperationException(run.Describe());
    }

    /// <summary>Resident memory, and the part that only this process has, in MiB (smaps_rollup in proc(5)).</summary>
    private static (double Resident, double Own) Memory(int processId)
    {
        double Sum(params string[] fields) => File.ReadLines($"/proc/{processId}/smaps_rollup")
            .Where(line => fields.Any(f => line.StartsWith(f, StringComparison.Ordinal)))
            .Sum(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)) / 1024;
        return (Sum("Rss:"), Sum("Private_Clean:", "Private_Dirty:"));
    }

    private static async Task<double> MedianAsync(Func<Task<double>> measure)
    {
        List<double> times = [];
        for (int i = 0; i <= Rounds; i++)
        {
            times.Add(await measure());
        }

        return Median(times.Skip(1));
    }

    private static double Median(IEnumerable<double> times)
    {
        double[] sorted = [.. times.Order()];
        return sorted[sorted.Length / 2];
    }
}
