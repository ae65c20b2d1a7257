using System.Globalization;
using System.Text.Json;
using PortableVirt.Tests.Support;

namespace PortableVirt.Benchmarks;

/// <summary>winbench.exe on both systems: nanoseconds an operation, ratio, and the geometric mean of the ratios.</summary>
public static class MicroBenchmarks
{
    private const int Runs = 3;
    private const double MeanTarget = 1.0;
    private const double WorstTarget = 3.0;
    private const string Scale = "0.2";
    private const double FewerIterations = 0.05;
    private const double MoreIterations = 0.15;

    /// <summary>Prints one line an operation, the minimum of several runs each.</summary>
    public static async Task PrintAsync(Contestants contestants)
    {
        Dictionary<string, double> ours = [];
        Dictionary<string, double> wine = [];
        for (int run = 0; run < Runs; run++)
        {
            Keep(ours, (await contestants.PortableVirtAsync(contestants.WinBench, ["-x", Scale])).Output);
            Keep(wine, (await contestants.WineAsync(contestants.WinBench, ["-x", Scale])).Output);
        }

        Console.WriteLine($"winbench.exe, minimum of {Runs} runs each, in turns");
        Console.WriteLine($"  {"operation",-26}{"PortableVirt ns",18}{"Wine ns",14}{"ratio",8}{"exits/op",10}");
        List<double> logarithms = [];
        List<string> slow = [];
        foreach ((string name, double theirs) in wine)
        {
            if (ours.TryGetValue(name, out double mine))
            {
                logarithms.Add(Math.Log(mine / theirs));
                if (mine > WorstTarget * theirs)
                {
                    slow.Add(name);
                }

                Console.WriteLine($"  {name,-26}{mine,18:F1}{theirs,14:F1}{mine / theirs,8:F2}{await ExitsAsync(contestants, name),10:F2}");
            }
            else
            {
                Console.WriteLine($"  {name,-26}{"failed",18}{theirs,14:F1}");
            }
        }

        double mean = Math.Exp(logarithms.DefaultIfEmpty(0).Average());
        Console.WriteLine($"  geometric mean of the ratios {mean:F2}; target {MeanTarget:F2}: {(mean <= MeanTarget ? "met" : "missed")}");
        Console.WriteLine($"  slower than {WorstTarget:F0} times Wine: {(slow.Count == 0 ? "none" : string.Join(", ", slow))}");
    }

    /// <summary>VM exits an operation: from two runs of it alone, so that start-up and warming-up do not count.</summary>
    private static async Task<double> ExitsAsync(Contestants contestants, string name)
    {
        (double fewIterations, double fewExits) = await CountAsync(contestants, name, FewerIterations);
        (double moreIterations, double moreExits) = await CountAsync(contestants, name, MoreIterations);
        return Math.Max(0, moreExits - fewExits) / Math.Max(1, moreIterations - fewIterations);
    }

    private static async Task<(double Iterations, double Exits)> CountAsync(Contestants contestants, string name, double scale)
    {
        ProgramRun run = await contestants.PortableVirtAsync(
            contestants.WinBench, [name, "-x", scale.ToString(CultureInfo.InvariantCulture)], "--stats");
        string[] line = run.Output.Split('\n').Select(text => text.Split('\t')).First(fields => fields[0] == name);
        using JsonDocument counters = ExitStatistics.Read(run);
        return (double.Parse(line[1], CultureInfo.InvariantCulture), counters.RootElement.GetProperty("exits").GetDouble());
    }

    private static void Keep(Dictionary<string, double> best, string output)
    {
        foreach (string[] fields in output.Split('\n').Select(line => line.Split('\t')).Where(fields => fields.Length == 3))
        {
            if (double.TryParse(fields[2], NumberStyles.Float, CultureInfo.InvariantCulture, out double nanoseconds))
            {
                best[fields[0]] = Math.Min(nanoseconds, best.GetValueOrDefault(fields[0], double.MaxValue));
            }
        }
    }
}
