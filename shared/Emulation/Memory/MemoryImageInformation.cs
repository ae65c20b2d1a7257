using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Memory;

/// <summary>MEMORY_IMAGE_INFORMATION of a 64-bit process: 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct MemoryImageInformation(ulong imageBase, ulong size)
{
    /// <summary>Base of the image.</summary>
    public readonly ulong ImageBase = imageBase;

    /// <summary>Bytes.</summary>
    public readonly ulong SizeOfImage = size;

    /// <summary>Image flags; 0.</summary>
    public readonly ulong ImageFlags;
}
