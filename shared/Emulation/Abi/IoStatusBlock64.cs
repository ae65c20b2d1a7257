using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Abi;

/// <summary>IO_STATUS_BLOCK of a 64-bit process: 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IoStatusBlock64(NtStatus status, ulong information)
{
    /// <summary>NTSTATUS in the low 32 bits (the union with a pointer makes it 8 bytes).</summary>
    public ulong Status = status.Value;

    /// <summary>Call-specific result, mostly a byte count.</summary>
    public ulong Information = information;
}
