using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Vms;

/// <summary>Makes lines of "pvctl top" of samples: what was used since the sample before, the busiest VM first.</summary>
internal sealed class TopSampler
{
    private Dictionary<string, ulong> _before = [];
    private DateTime _time;

    /// <summary>The lines of a sample.</summary>
    /// <param name="sample">What VMs use.</param>
    /// <param name="vms">What they are. A VM that is in one of the two alone has just come or gone and is left out.</param>
    public IReadOnlyList<TopRow> Take(StatsSample sample, IEnumerable<Vm> vms)
    {
        DateTime time = sample.Time.ToDateTime();
        double nanoseconds = (time - _time).TotalNanoseconds;
        Dictionary<string, Vm> known = vms.ToDictionary(v => v.Id, StringComparer.Ordinal);
        List<TopRow> rows = [];
        foreach (VmStats stats in sample.Vms)
        {
            if (!known.TryGetValue(stats.VmId, out Vm? vm))
            {
                continue;
            }
            // A VM that was started again counts from zero.
            double? percent = nanoseconds > 0 && _before.TryGetValue(stats.VmId, out ulong before) && before <= stats.CpuNanoseconds
                ? (stats.CpuNanoseconds - before) * 100 / nanoseconds : null;
            rows.Add(new TopRow(vm.Id, vm.Name, vm.Uid, VmText.Of(vm.State), percent, stats.CpuNanoseconds / 1e9, (long)stats.MemoryBytes, stats.Threads, VmText.Program(vm)));
        }
        _before = sample.Vms.ToDictionary(v => v.VmId, v => v.CpuNanoseconds, StringComparer.Ordinal);
        _time = time;
        return [.. rows.OrderByDescending(r => r.CpuPercent ?? 0).ThenByDescending(r => r.CpuSeconds)];
    }
}
