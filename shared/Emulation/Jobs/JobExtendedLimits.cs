using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Jobs;

/// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION of a 64-bit process: 144 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct JobExtendedLimits
{
    /// <summary>The basic limits.</summary>
    public JobLimits Basic;

    /// <summary>IO_COUNTERS, reserved here.</summary>
    public IoCounters Io;

    /// <summary>Committed bytes of each process.</summary>
    public ulong ProcessMemory;

    /// <summary>Committed bytes of all processes.</summary>
    public ulong JobMemory;

    /// <summary>Highest use of a process.</summary>
    public ulong PeakProcessMemory;

    /// <summary>Highest use of the job.</summary>
    public ulong PeakJobMemory;
}
