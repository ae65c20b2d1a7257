using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Jobs;

/// <summary>IO_COUNTERS: 48 bytes.</summary>
/// <param name="ReadOperations">Reads.</param>
/// <param name="WriteOperations">Writes.</param>
/// <param name="OtherOperations">Others.</param>
/// <param name="ReadBytes">Bytes read.</param>
/// <param name="WriteBytes">Bytes written.</param>
/// <param name="OtherBytes">Bytes of others.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct IoCounters(ulong ReadOperations, ulong WriteOperations, ulong OtherOperations, ulong ReadBytes, ulong WriteBytes, ulong OtherBytes);
