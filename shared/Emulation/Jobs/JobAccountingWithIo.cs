using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Jobs;

/// <summary>JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION: 96 bytes.</summary>
/// <param name="Basic">Times and counts.</param>
/// <param name="Io">I/O counters; not counted.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct JobAccountingWithIo(JobAccounting Basic, IoCounters Io);
