namespace PortableVirt.Analysis.Pe;

/// <summary>IMAGE_FILE_HEADER.Machine: the processor that a file is for. Source: PE format specification, "Machine Types".</summary>
public enum PeMachine : ushort
{
    /// <summary>Any.</summary>
    Unknown = 0,

    /// <summary>x86, 32 bits; also the value of IL-only files for any processor.</summary>
    I386 = 0x14c,

    /// <summary>ARM, 32 bits (Thumb-2).</summary>
    ArmNt = 0x1c4,

    /// <summary>Itanium.</summary>
    Ia64 = 0x200,

    /// <summary>x86-64.</summary>
    Amd64 = 0x8664,

    /// <summary>ARM, 64 bits, with code for the x64 calling conventions.</summary>
    Arm64Ec = 0xa641,

    /// <summary>ARM, 64 bits.</summary>
    Arm64 = 0xaa64,
}
