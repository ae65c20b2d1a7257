namespace PortableVirt.Analysis.Pe;

/// <summary>Index of a data directory. Source: PE format specification, "Optional Header Data Directories".</summary>
public enum PeDirectory
{
    /// <summary>Export table.</summary>
    Export = 0,

    /// <summary>Import table.</summary>
    Import = 1,

    /// <summary>Resources.</summary>
    Resource = 2,

    /// <summary>Function table for unwinding.</summary>
    Exception = 3,

    /// <summary>Signatures; the "address" is a file offset.</summary>
    Security = 4,

    /// <summary>Base relocations.</summary>
    BaseRelocation = 5,

    /// <summary>Debug directory.</summary>
    Debug = 6,

    /// <summary>Thread-local storage.</summary>
    Tls = 9,

    /// <summary>Load configuration.</summary>
    LoadConfig = 10,

    /// <summary>Bound imports.</summary>
    BoundImport = 11,

    /// <summary>Import address table.</summary>
    Iat = 12,

    /// <summary>Delayed imports.</summary>
    DelayImport = 13,

    /// <summary>The .NET header (COM descriptor).</summary>
    ComDescriptor = 14,
}
