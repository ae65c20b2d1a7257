using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Registry;

/// <summary>KEY_VALUE_ENTRY of NtQueryMultipleValueKey in a 64-bit process: 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KeyValueEntry64
{
    /// <summary>Guest address of the UNICODE_STRING with the value's name.</summary>
    public ulong ValueName;

    /// <summary>Length of the data in bytes.</summary>
    public uint DataLength;

    /// <summary>Offset of the data in the buffer.</summary>
    public uint DataOffset;

    /// <summary>Value type.</summary>
    public uint Type;

    private readonly uint _padding;
}
