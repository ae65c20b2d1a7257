using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Jobs;

/// <summary>JOBOBJECT_BASIC_LIMIT_INFORMATION of a 64-bit process: 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct JobLimits
{
    /// <summary>JOB_OBJECT_LIMIT_ACTIVE_PROCESS.</summary>
    public const uint ActiveProcess = 0x8;

    /// <summary>JOB_OBJECT_LIMIT_PROCESS_MEMORY.</summary>
    public const uint ProcessMemory = 0x100;

    /// <summary>JOB_OBJECT_LIMIT_JOB_MEMORY.</summary>
    public const uint JobMemory = 0x200;

    /// <summary>JOB_OBJECT_LIMIT_BREAKAWAY_OK.</summary>
    public const uint BreakawayOk = 0x800;

    /// <summary>JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK.</summary>
    public const uint SilentBreakawayOk = 0x1000;

    /// <summary>JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE.</summary>
    public const uint KillOnJobClose = 0x2000;

    /// <summary>Flags that the basic class accepts.</summary>
    public const uint BasicFlags = 0xff;

    /// <summary>Flags that the extended class accepts.</summary>
    public const uint ExtendedFlags = 0x7fff;

    /// <summary>User time of each process, 100 ns units.</summary>
    public long PerProcessUserTime;

    /// <summary>User time of all processes, 100 ns units.</summary>
    public long PerJobUserTime;

    /// <summary>JOB_OBJECT_LIMIT_ flags: which of the limits hold.</summary>
    public ulong Flags;

    /// <summary>Least working set in bytes.</summary>
    public ulong MinimumWorkingSet;

    /// <summary>Largest working set in bytes.</summary>
    public ulong MaximumWorkingSet;

    /// <summary>Processes at a time.</summary>
    public ulong ActiveProcesses;

    /// <summary>Processors.</summary>
    public ulong Affinity;

    /// <summary>Priority class.</summary>
    public uint PriorityClass;

    /// <summary>Scheduling class, 0 to 9.</summary>
    public uint SchedulingClass;
}
