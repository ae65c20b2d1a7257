using System.Globalization;
using System.Text;
using PortableVirt.Cell;
using PortableVirt.Emulation;
using PortableVirt.Emulation.Launch;
using PortableVirt.Kernel;

namespace PortableVirt.VmApp.Core;

/// <summary>The figures of a run, as one line of JSON that scripts can find by its prefix.</summary>
internal static class RunStatistics
{
    /// <summary>Prefix of the line.</summary>
    public const string Prefix = "portablevirt-stats: ";

    /// <summary>Formats the counters. wallMs counts from the start of the run; peakRssKb is this process's VmHWM.</summary>
    public static string Format(Executive executive, TimeSpan wall, CellReport? cell)
    {
        ExitCounters exits = executive.Statistics.Exits;
        long total = exits.Syscalls + exits.PageFaults + exits.Exceptions + exits.Kicks + exits.Others;
        StringBuilder json = new(Prefix);
        json.Append(CultureInfo.InvariantCulture, $"{{\"exits\":{total},\"syscalls\":{exits.Syscalls},\"pageFaults\":{exits.PageFaults},");
        json.Append(CultureInfo.InvariantCulture, $"\"exceptions\":{exits.Exceptions},\"kicks\":{exits.Kicks},\"others\":{exits.Others},");
        json.Append(CultureInfo.InvariantCulture, $"\"runs\":{exits.Runs},\"posted\":{executive.Statistics.PostedCalls},\"wallMs\":{wall.TotalMilliseconds:0.0},\"peakRssKb\":{PeakRss()},");
        PortableVirt.Emulation.Memory.CodeCounters code = executive.Statistics.Code;
        json.Append(CultureInfo.InvariantCulture, $"\"pagesToCode\":{code.ToCode},\"pagesToData\":{code.ToData},\"pagesScanned\":{code.Scanned},\"gatesFound\":{code.Gates},");
        json.Append(CultureInfo.InvariantCulture, $"\"peakCommitKb\":{executive.CommitCharge.Peak >> 10},");
        json.Append(CultureInfo.InvariantCulture, $"\"launchImage\":{(executive.StartedFrom is null ? "false" : "true")},\"deepLaunchImage\":{(executive.StartedFrom is LaunchPoint.SecondInitialiser ? "true" : "false")},");
        json.Append(CultureInfo.InvariantCulture, $"\"cellUs\":{cell?.Time.TotalMicroseconds ?? 0:0},\"cellThreads\":{cell?.Threads ?? 0},\"cellFilter\":{cell?.FilterLength ?? 0},\"landlock\":{cell?.LandlockVersion ?? 0}}}");
        return json.ToString();
    }

    private static long PeakRss()
    {
        foreach (string line in File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status") : [])
        {
            if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
            {
                return long.Parse(line.AsSpan(6, line.Length - 8).Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
            }
        }
        return 0;
    }
}
