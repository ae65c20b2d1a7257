using System.Globalization;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>Memory sizes of the host that the guest is told, in 4 KiB pages; what the host process itself may use at most.</summary>
/// <param name="TotalPages">Physical memory.</param>
/// <param name="AvailablePages">Memory that programs could get now.</param>
/// <param name="SwapPages">Swap space.</param>
internal readonly record struct HostMemory(ulong TotalPages, ulong AvailablePages, ulong SwapPages)
{
    private const string Table = "/proc/meminfo";
    private const ulong KibibytesPerPage = 4;
    private const ulong BytesPerPage = 4096;

    /// <summary>Reads /proc/meminfo (proc(5)), or, where /proc is not mounted, asks sysinfo(2); where a control group gives less, that limit counts.</summary>
    public static HostMemory Read()
    {
        ulong total = 0, available = 0, swap = 0;
        foreach (string line in File.Exists(Table) ? File.ReadLines(Table) : [])
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 2 || !ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong kibibytes))
            {
                continue;
            }
            switch (parts[0])
            {
                case "MemTotal:":
                    total = kibibytes / KibibytesPerPage;
                    break;
                case "MemAvailable:":
                    available = kibibytes / KibibytesPerPage;
                    break;
                case "SwapTotal:":
                    swap = kibibytes / KibibytesPerPage;
                    break;
            }
            if (swap != 0 && available != 0)
            {
                break;
            }
        }
        if (total == 0 && NativeIo.SystemInfo(out HostSystemInfo info) == 0)
        {
            ulong unit = Math.Max(1, info.MemoryUnit);
            (total, available, swap) = (info.TotalMemory * unit / BytesPerPage, (info.FreeMemory + info.BufferMemory) * unit / BytesPerPage, info.TotalSwap * unit / BytesPerPage);
        }
        total = Math.Min(total, MostPages());
        return new HostMemory(total, Math.Min(available, total), swap);
    }

    /// <summary>Physical memory alone, as <see cref="Read"/> has it, by sysinfo(2): one system call.</summary>
    public static ulong ReadTotalPages() => NativeIo.SystemInfo(out HostSystemInfo info) == 0
        ? Math.Min(info.TotalMemory * Math.Max(1, info.MemoryUnit) / BytesPerPage, MostPages())
        : Read().TotalPages;

    /// <summary>What the control group of this process gives it.</summary>
    private static ulong MostPages() => (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / BytesPerPage is > 0 and ulong limit ? limit : ulong.MaxValue;
}
