using System.Globalization;

namespace PortableVirt.Dispatch.Native;

/// <summary>When a process was started: with its id and the host's boot it names one process for certain, since ids are used again.</summary>
internal static class ProcessStart
{
    private const int FieldsAfterName = 2;
    private const int StartTimeField = 22;

    /// <summary>Id of the host's boot (random/boot_id in proc(5)).</summary>
    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Clock ticks between the boot and the process's start (field 22 of /proc/PID/stat in proc(5)); null when it is gone.</summary>
    public static ulong? TicksOf(int processId)
    {
        try
        {
            // The name in parentheses may hold anything, also parentheses.
            string stat = File.ReadAllText($"/proc/{processId}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + FieldsAfterName)..].Split(' ');
            return ulong.Parse(fields[StartTimeField - FieldsAfterName - 1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
