namespace PortableVirt.Benchmarks;

/// <summary>Wall times of one thing done by both systems in turns.</summary>
public sealed class Measurement(string name)
{
    private readonly List<double> _portableVirt = [];
    private readonly List<double> _wine = [];

    /// <summary>Runs both, one after the other, a number of times. The first pair only warms up.</summary>
    /// <param name="rounds">Measured pairs, at least 1.</param>
    /// <param name="portableVirt">One run, in milliseconds.</param>
    /// <param name="wine">One run, in milliseconds.</param>
    public async Task RunAsync(int rounds, Func<Task<double>> portableVirt, Func<Task<double>> wine)
    {
        await portableVirt();
        await wine();
        for (int round = 0; round < rounds; round++)
        {
            _portableVirt.Add(await portableVirt());
            _wine.Add(await wine());
        }
    }

    /// <summary>Prints minimum, median and ratio, and whether the ratio of the minima is within a target.</summary>
    public void Print(double target)
    {
        double ratio = _portableVirt.Min() / _wine.Min();
        Console.WriteLine($"{name}, {_wine.Count} runs each, in turns");
        Console.WriteLine($"  {"",-14}{"min ms",10}{"median ms",12}");
        Console.WriteLine($"  {"PortableVirt",-14}{_portableVirt.Min(),10:F1}{Median(_portableVirt),12:F1}");
        Console.WriteLine($"  {"Wine (warm)",-14}{_wine.Min(),10:F1}{Median(_wine),12:F1}");
        Console.WriteLine(
            $"  ratio of minima {ratio:F2}, of medians {Median(_portableVirt) / Median(_wine):F2}; " +
            $"target {target:F2}: {(ratio <= target ? "met" : "missed")}");
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
