namespace PortableVirt.Analysis.Pe;

/// <summary>IMAGE_FILE_HEADER.Characteristics. Source: PE format specification, "Characteristics".</summary>
[Flags]
public enum PeCharacteristics : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>No base relocations: loads at its preferred base or not at all.</summary>
    RelocationsStripped = 0x1,

    /// <summary>The file can be run (a linked image).</summary>
    ExecutableImage = 0x2,

    /// <summary>Addresses above 2 GiB are understood.</summary>
    LargeAddressAware = 0x20,

    /// <summary>32-bit machine.</summary>
    Machine32 = 0x100,

    /// <summary>A system file (driver).</summary>
    System = 0x1000,

    /// <summary>A DLL.</summary>
    Dll = 0x2000,
}
