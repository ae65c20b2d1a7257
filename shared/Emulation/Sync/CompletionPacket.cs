using System.Runtime.InteropServices;
using PortableVirt.Emulation.Abi;

namespace PortableVirt.Emulation.Sync;

/// <summary>A packet of a completion port, laid out as FILE_IO_COMPLETION_INFORMATION (32 bytes).</summary>
/// <param name="Key">Completion key: says which file (given when it was associated), or the poster's own.</param>
/// <param name="Value">Completion value: the APC context of the operation (an OVERLAPPED pointer), or the poster's own.</param>
/// <param name="IoStatus">Status and byte count.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct CompletionPacket(ulong Key, ulong Value, IoStatusBlock64 IoStatus);
