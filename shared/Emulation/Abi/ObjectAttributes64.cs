using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Abi;

/// <summary>OBJECT_ATTRIBUTES of a 64-bit process: 48 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ObjectAttributes64
{
    /// <summary>Size of the structure: 48.</summary>
    public uint Length;

    private readonly uint _padding0;

    /// <summary>Handle of the object that the name is relative to, or 0.</summary>
    public ulong RootDirectory;

    /// <summary>Guest address of a UNICODE_STRING, or 0 for an unnamed object.</summary>
    public ulong ObjectName;

    /// <summary>OBJ_ flags, see <see cref="Objects.ObjectFlags"/>.</summary>
    public uint Attributes;

    private readonly uint _padding1;

    /// <summary>Guest address of a SECURITY_DESCRIPTOR, or 0.</summary>
    public ulong SecurityDescriptor;

    /// <summary>Guest address of a SECURITY_QUALITY_OF_SERVICE, or 0.</summary>
    public ulong SecurityQualityOfService;
}
