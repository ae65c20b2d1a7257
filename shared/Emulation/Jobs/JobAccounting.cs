using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Jobs;

/// <summary>JOBOBJECT_BASIC_ACCOUNTING_INFORMATION: 48 bytes; times in 100 ns units.</summary>
/// <param name="TotalUserTime">User time of all processes, ended ones too.</param>
/// <param name="TotalKernelTime">Kernel time of all processes.</param>
/// <param name="PeriodUserTime">User time since the last limit was set.</param>
/// <param name="PeriodKernelTime">Kernel time since the last limit was set.</param>
/// <param name="PageFaults">Page faults; not counted.</param>
/// <param name="TotalProcesses">Processes that ever were in the job.</param>
/// <param name="ActiveProcesses">Processes that are.</param>
/// <param name="TerminatedProcesses">Processes that a limit ended.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct JobAccounting(long TotalUserTime, long TotalKernelTime, long PeriodUserTime, long PeriodKernelTime,
    uint PageFaults, uint TotalProcesses, uint ActiveProcesses, uint TerminatedProcesses);
