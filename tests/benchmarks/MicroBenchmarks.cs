using System.Globalization;

namespace PortableVirt.Benchmarks;

/// <summary>winbench.exe on both systems: nanoseconds an operation, ratio, and the geometric mean of the ratios.</summary>
public static class MicroBenchmarks
{
    private const int Runs = 3;
    private const double MeanTarget = 1.0;

    /// <summary>Prints one line an operation, the minimum of several runs each.</summary>
    public static async Task PrintAsync(Contestants contestants)
    {
        Dictionary<string, double> ours = [];
        Dictionary<string, double> wine = [];
        for (int run = 0; run < Runs; run++)
        {
            Keep(ours, (await contestants.PortableVirtAsync(contestants.WinBench, [])).Output);
            Keep(wine, (await contestants.WineAsync(contestants.WinBench, [])).Output);
        }

        Console.WriteLine($"winbench.exe, minimum of {Runs} runs each, in turns");
        Console.WriteLine($"  {"operation",-26}{"PortableVirt ns",18}{"Wine ns",14}{"ratio",8}");
        List<double> logarithms = [];
        foreach ((string name, double theirs) in wine)
        {
            if (ours.TryGetValue(name, out double mine))
            {
                logarithms.Add(Math.Log(mine / theirs));
                Console.WriteLine($"  {name,-26}{mine,18:F1}{theirs,14:F1}{mine / theirs,8:F2}");
            }
            else
            {
                Console.WriteLine($"  {name,-26}{"failed",18}{theirs,14:F1}");
            }
        }

        double mean = Math.Exp(logarithms.DefaultIfEmpty(0).Average());
        Console.WriteLine($"  geometric mean of the ratios {mean:F2}; target {MeanTarget:F2}: {(mean <= MeanTarget ? "met" : "missed")}");
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
