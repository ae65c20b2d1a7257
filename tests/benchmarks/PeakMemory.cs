using System.Globalization;

namespace PortableVirt.Benchmarks;

/// <summary>Peak resident memory of everything that this process starts while it watches.</summary>
/// <remarks>The sum, over the process tree below this one, of each process's VmHWM (proc(5)), looked at every 5 ms.</remarks>
public static class PeakMemory
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Does something and returns the peak in MiB.</summary>
    public static async Task<double> DuringAsync(Func<Task> action)
    {
        Dictionary<int, long> peaks = [];
        Task running = Task.Run(action);
        while (!running.IsCompleted)
        {
            foreach (int process in Descendants(Environment.ProcessId))
            {
                peaks[process] = Math.Max(peaks.GetValueOrDefault(process), HighWaterKib(process));
            }

            await Task.WhenAny(running, Task.Delay(Interval));
        }

        await running;
        return peaks.Values.Sum() / 1024.0;
    }

    private static IEnumerable<int> Descendants(int parent)
    {
        foreach (string task in List($"/proc/{parent}/task"))
        {
            foreach (string child in Read($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                int process = int.Parse(child, CultureInfo.InvariantCulture);
                yield return process;
                foreach (int below in Descendants(process))
                {
                    yield return below;
                }
            }
        }
    }

    private static long HighWaterKib(int process)
    {
        string? line = Read($"/proc/{process}/status").Split('\n').FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.AsSpan(6, line.Length - 8), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }

    private static string[] List(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder);
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
