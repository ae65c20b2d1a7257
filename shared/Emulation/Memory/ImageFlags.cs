namespace PortableVirt.Emulation.Memory;

/// <summary>SECTION_IMAGE_INFORMATION.ImageFlags. Source: the phnt headers.</summary>
[Flags]
public enum ImageFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A PE32 file of managed code only that 64-bit processes may load.</summary>
    ComPlusNativeReady = 1,

    /// <summary>Managed code only.</summary>
    ComPlusILOnly = 2,

    /// <summary>Its base is chosen anew at every start.</summary>
    ImageDynamicallyRelocated = 4,

    /// <summary>Mapped as one piece, because its sections are aligned to less than a page.</summary>
    ImageMappedFlat = 8,

    /// <summary>Managed code that prefers a 32-bit process.</summary>
    ComPlusPrefer32Bit = 0x20,
}
