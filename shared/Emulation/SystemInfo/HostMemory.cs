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
            (total, available, swap) = (info.TotalMemory * unit / 4096, (info.FreeMemory + info.BufferMemory) * unit / 4096, info.TotalSwap * unit / 4096);
        }
        ulong limit = (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4096;
        total = limit != 0 && limit < total ? limit : total;
        return new HostMemory(total, Math.Min(available, total), swap);
    }
}
