using System.Text;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>Builds the fixed-size SYSTEM_*_INFORMATION structures of a 64-bit system.</summary>
internal static class SystemInformation
{
    /// <summary>Clock tick in 100 ns units: 15.625 ms.</summary>
    public const uint TimerIncrement = 156250;

    private const uint ArchitectureAmd64 = 9;
    private static readonly Lazy<ulong> _physicalPages = new(HostMemory.ReadTotalPages);
    private const int PerformanceSize = 312;
    private const int PerformanceSizeWindows10 = 344;

    /// <summary>SYSTEM_BASIC_INFORMATION: 64 bytes.</summary>
    public static InformationBuilder Basic(ProcessorTopology processors)
    {
        ulong pages = _physicalPages.Value;
        InformationBuilder b = new();
        b.U32(0).U32(TimerIncrement).U32(4096).U32((uint)Math.Min(pages, uint.MaxValue)).U32(1).U32((uint)Math.Min(pages, uint.MaxValue));
        b.U64(0x10000).U64(0x10000).U64(0x7ffffffeffff).U64(processors.Mask).U8((byte)processors.Count).Align(8);
        return b;
    }

    /// <summary>SYSTEM_PROCESSOR_INFORMATION: 12 bytes.</summary>
    public static InformationBuilder Processor(ProcessorTopology processors) =>
        new InformationBuilder().U16((ushort)ArchitectureAmd64).U16((ushort)processors.Family).U16((ushort)processors.Revision).U16((ushort)processors.Count).U32(0);

    /// <summary>SYSTEM_PERFORMANCE_INFORMATION: 312 bytes, or 344 as Windows 10 has it when the caller's buffer takes it.</summary>
    public static InformationBuilder Performance(uint length)
    {
        HostMemory memory = HostMemory.Read();
        InformationBuilder b = new();
        b.Reserve(length >= PerformanceSizeWindows10 ? PerformanceSizeWindows10 : PerformanceSize);
        b.SetU32(44, Clamp(memory.AvailablePages));
        b.SetU32(48, Clamp(memory.TotalPages - memory.AvailablePages));
        b.SetU32(52, Clamp(memory.TotalPages + memory.SwapPages));
        b.SetU32(56, Clamp(memory.TotalPages - memory.AvailablePages));
        return b;
    }

    /// <summary>SYSTEM_TIMEOFDAY_INFORMATION: 48 bytes.</summary>
    public static InformationBuilder TimeOfDay(Executive executive)
    {
        long now = executive.Clock.SystemTime;
        long bias = executive.TimeZone.BiasAt(now) * TimeSpan.TicksPerMinute;
        InformationBuilder b = new();
        b.I64(executive.Clock.BootTime - SystemClock.InitialInterruptTime).I64(now).I64(bias).U32(TimeZoneId(executive.TimeZone, now)).U32(0).U64(0).U64(0);
        return b;
    }

    /// <summary>SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION of one processor: 48 bytes. The VM's own processor time, spread evenly.</summary>
    public static void ProcessorPerformance(InformationBuilder b, Executive executive)
    {
        int count = executive.Processors.Count;
        long user = Environment.CpuUsage.UserTime.Ticks / count, kernel = Environment.CpuUsage.PrivilegedTime.Ticks / count;
        long idle = Math.Max(0, executive.Clock.InterruptTime - user - kernel);
        b.I64(idle).I64(idle + kernel).I64(user).I64(0).I64(0).U32(0).U32(0);
    }

    /// <summary>SYSTEM_PROCESSOR_IDLE_CYCLE_TIME_INFORMATION: 8 bytes a processor, idle time at the nominal frequency.</summary>
    public static InformationBuilder ProcessorIdleCycleTime(Executive executive)
    {
        InformationBuilder b = new();
        for (int i = 0; i < executive.Processors.Count; i++)
        {
            b.U64((ulong)IdleTime(executive) * executive.Processors.Megahertz / 10);
        }
        return b;
    }

    /// <summary>SYSTEM_PROCESSOR_IDLE_INFORMATION: 48 bytes a processor: idle time, times in and changes to the states C1 to C3, which are not known.</summary>
    public static InformationBuilder ProcessorIdle(Executive executive)
    {
        InformationBuilder b = new();
        for (int i = 0; i < executive.Processors.Count; i++)
        {
            b.I64(IdleTime(executive)).I64(0).I64(0).I64(0).U32(0).U32(0).U32(0).U32(0);
        }
        return b;
    }

    /// <summary>
    /// SYSTEM_INTERRUPT_INFORMATION, 24 bytes a processor. The counters are random numbers, which is what they are read for:
    /// RtlGenRandom of the PE DLLs takes its entropy from here (measured).
    /// </summary>
    public static InformationBuilder Interrupt(ProcessorTopology processors)
    {
        byte[] data = HostRandom.GetBytes(24 * processors.Count);
        return new InformationBuilder().Bytes(data);
    }

    /// <summary>SYSTEM_TIME_ADJUSTMENT_INFORMATION (query): 12 bytes.</summary>
    public static InformationBuilder TimeAdjustment() => new InformationBuilder().U32(TimerIncrement).U32(TimerIncrement).U32(1);

    /// <summary>SYSTEM_NUMA_INFORMATION with processor masks (0x408 bytes) or available memory: one node.</summary>
    public static InformationBuilder NumaProcessorMap(ProcessorTopology processors)
    {
        InformationBuilder b = new();
        b.U32(0).U32(0).U64(processors.Mask).Reserve(0x408 - 16);
        return b;
    }

    /// <summary>SYSTEM_NUMA_INFORMATION with the available memory in bytes: 0x408 bytes (the union's larger arm).</summary>
    public static InformationBuilder NumaAvailableMemory()
    {
        InformationBuilder b = new();
        b.U32(0).U32(0).U64(HostMemory.Read().AvailablePages * 4096).Reserve(0x408 - 16);
        return b;
    }

    /// <summary>SYSTEM_BOOT_ENVIRONMENT_INFORMATION: 32 bytes; firmware type 1 (BIOS).</summary>
    public static InformationBuilder BootEnvironment() => new InformationBuilder().U64(0).U64(0).U32(1).U32(0).U64(0);

    /// <summary>SYSTEM_MEMORY_USAGE_INFORMATION: 48 bytes.</summary>
    public static InformationBuilder MemoryUsage()
    {
        HostMemory memory = HostMemory.Read();
        return new InformationBuilder().U64(memory.TotalPages * 4096).U64(memory.AvailablePages * 4096).I64(0)
            .U64((memory.TotalPages - memory.AvailablePages) * 4096).U64(0).U64((memory.TotalPages + memory.SwapPages) * 4096);
    }

    /// <summary>Wine's version strings, NUL-separated: version, build, host system, host release; the host's own are not told.</summary>
    public static InformationBuilder WineVersion() => new InformationBuilder().Bytes(Encoding.ASCII.GetBytes("8.0\0wine-8.0\0Linux\0\0"));

    /// <summary>TIME_ZONE_ID_: 0 unknown (no daylight time), 1 standard, 2 daylight.</summary>
    public static uint TimeZoneId(WindowsTimeZone zone, long systemTime) =>
        zone.ToDaylight is null ? 0u : zone.BiasAt(systemTime) == zone.Bias ? 1u : 2u;

    /// <summary>What the VM left of a processor's time since the system's start, in 100 ns.</summary>
    private static long IdleTime(Executive executive) =>
        Math.Max(0, executive.Clock.InterruptTime - (Environment.CpuUsage.TotalTime.Ticks / executive.Processors.Count));

    private static uint Clamp(ulong value) => (uint)Math.Min(value, uint.MaxValue);
}
