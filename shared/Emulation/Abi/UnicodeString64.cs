using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Abi;

/// <summary>UNICODE_STRING of a 64-bit process: 16 bytes; lengths in bytes, without a terminator.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct UnicodeString64
{
    /// <summary>Length of the text in bytes (even).</summary>
    public ushort Length;

    /// <summary>Capacity of the buffer in bytes.</summary>
    public ushort MaximumLength;

    private readonly uint _padding;

    /// <summary>Guest address of the UTF-16 text.</summary>
    public ulong Buffer;
}
