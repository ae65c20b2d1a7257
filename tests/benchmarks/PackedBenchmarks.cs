using System.Globalization;
using PortableVirt.Tests.Support;

namespace PortableVirt.Benchmarks;

/// <summary>The packed hello.exe, with its launch image and without, beside Wine: wall time, and the memory of ten copies at once.</summary>
public static class PackedBenchmarks
{
    private const double Target = 0.6;
    private const int Rounds = 15;
    private const int Copies = 10;
    private const double CopyTargetMib = 12;

    /// <summary>Packs, measures in turns and prints.</summary>
    public static async Task PrintAsync(Contestants contestants)
    {
        string image = await contestants.PackAsync(contestants.Hello, "hello.app");
        string deep = await contestants.PackAsync(contestants.Hello, "hello-deep.app", "--deep");
        string plain = await contestants.PackAsync(contestants.Hello, "hello-plain.app", "--no-launch-image");
        Measurement fast = new("packed hello.exe, from its launch image");
        Measurement fastest = new("packed hello.exe, from its deep launch image");
        Measurement slow = new("packed hello.exe, without a launch image");
        Task<ProgramRun> wine() => contestants.WineAsync(contestants.Hello, []);
        await fast.RunAsync(Rounds, async () => (await contestants.HostAsync(image)).Wall.TotalMilliseconds, async () => (await wine()).Wall.TotalMilliseconds);
        await fastest.RunAsync(Rounds, async () => (await contestants.HostAsync(deep)).Wall.TotalMilliseconds, async () => (await wine()).Wall.TotalMilliseconds);
        await slow.RunAsync(Rounds, async () => (await contestants.HostAsync(plain)).Wall.TotalMilliseconds, async () => (await wine()).Wall.TotalMilliseconds);
        fastest.Print(Target);
        fast.Print(Target);
        slow.Print(Target);
        await PrintCopiesAsync(contestants);
    }

    /// <summary>Copies of a program that waits for its input: the proportional set size of one, and what each further one adds.</summary>
    private static async Task PrintCopiesAsync(Contestants contestants)
    {
        string app = await contestants.PackAsync(contestants.Waiter, "waiter.app");
        List<System.Diagnostics.Process> copies = [];
        try
        {
            copies.Add(await StartAsync(app));
            double one = copies.Sum(SharedOut);
            while (copies.Count < Copies)
            {
                copies.Add(await StartAsync(app));
            }
            double more = (copies.Sum(SharedOut) - one) / (Copies - 1);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Copies} copies at once of a program that waits: one has {one:F1} MiB (PSS), each further one adds {more:F1} MiB; target {CopyTargetMib:F0}: {(more < CopyTargetMib ? "met" : "missed")}"));
        }
        finally
        {
            foreach (System.Diagnostics.Process copy in copies)
            {
                copy.StandardInput.Close();
                await copy.WaitForExitAsync();
                copy.Dispose();
            }
        }
    }

    /// <summary>Starts a copy and waits until it says that it waits.</summary>
    private static async Task<System.Diagnostics.Process> StartAsync(string app)
    {
        System.Diagnostics.Process process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(app) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        return await process.StandardOutput.ReadLineAsync() is "waiting" ? process : throw new InvalidOperationException($"{app} did not start");
    }

    /// <summary>MiB: the process's own pages and its share of those that several map (proc(5), smaps_rollup).</summary>
    private static double SharedOut(System.Diagnostics.Process process)
    {
        string line = File.ReadLines($"/proc/{process.Id}/smaps_rollup").Single(l => l.StartsWith("Pss:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
