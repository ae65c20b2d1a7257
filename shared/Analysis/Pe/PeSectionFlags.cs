namespace PortableVirt.Analysis.Pe;

/// <summary>IMAGE_SECTION_HEADER.Characteristics as far as it matters at run time. Source: PE format specification, "Section Flags".</summary>
[Flags]
public enum PeSectionFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Code.</summary>
    Code = 0x20,

    /// <summary>Initialised data.</summary>
    InitializedData = 0x40,

    /// <summary>Zero-initialised data.</summary>
    UninitializedData = 0x80,

    /// <summary>Not needed after loading.</summary>
    Discardable = 0x0200_0000,

    /// <summary>One copy for all processes.</summary>
    Shared = 0x1000_0000,

    /// <summary>Executable.</summary>
    Execute = 0x2000_0000,

    /// <summary>Readable.</summary>
    Read = 0x4000_0000,

    /// <summary>Writable.</summary>
    Write = 0x8000_0000,
}
