using System.Globalization;
using PortableVirt.Dispatch.Groups;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Vms;

/// <summary>Measures what a VM uses of the host, from /proc (proc(5)) and its control group.</summary>
internal sealed class VmMeter
{
    private const int FieldsAfterName = 2;
    private const int UserTimeField = 14;
    private const int SystemTimeField = 15;
    private const int ThreadsField = 20;
    private const ulong NanosecondsPerTick = 10_000_000;

    /// <summary>What it uses; null when it does not run.</summary>
    public VmStats? Measure(VmInstance vm)
    {
        if (vm.Run is not { } run)
        {
            return null;
        }

        run.Send(new VmCommand { ReportCounters = new ReportCountersCommand() });
        try
        {
            string stat = File.ReadAllText($"/proc/{run.Process.ProcessId}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + FieldsAfterName)..].Split(' ');
            VmStats stats = new()
            {
                VmId = vm.Id,
                CpuNanoseconds = (Field(fields, UserTimeField) + Field(fields, SystemTimeField)) * NanosecondsPerTick,
                Threads = (uint)Field(fields, ThreadsField),
                MemoryBytes = ProportionalMemory(run.Process.ProcessId),
            };
            if (ControlGroups.MemoryOf(vm.Inspect().CgroupPath) is { } charged)
            {
                stats.CgroupMemoryBytes = charged;
            }

            if (run.Counters is { } counters)
            {
                stats.VmExits = counters.VmExits;
            }

            return stats;
        }
        catch (IOException)
        {
            // The process has ended meanwhile.
            return null;
        }
    }

    private static ulong Field(string[] fields, int number) => ulong.Parse(fields[number - FieldsAfterName - 1], CultureInfo.InvariantCulture);

    private static ulong ProportionalMemory(int processId)
    {
        foreach (string line in File.ReadLines($"/proc/{processId}/smaps_rollup"))
        {
            if (line.StartsWith("Pss:", StringComparison.Ordinal))
            {
                return ulong.Parse(line.AsSpan(4, line.Length - 4 - "kB".Length).Trim(), CultureInfo.InvariantCulture) * 1024;
            }
        }

        return 0;
    }
}
