namespace PortableVirt.Analysis.Pe;

/// <summary>IMAGE_OPTIONAL_HEADER.DllCharacteristics. Source: PE format specification, "DLL Characteristics".</summary>
[Flags]
public enum PeDllCharacteristics : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Randomised bases of 64 bits are welcome.</summary>
    HighEntropyVa = 0x20,

    /// <summary>May be moved from its preferred base.</summary>
    DynamicBase = 0x40,

    /// <summary>Signatures are enforced.</summary>
    ForceIntegrity = 0x80,

    /// <summary>Data is not executable.</summary>
    NxCompatible = 0x100,

    /// <summary>No structured exception handlers.</summary>
    NoSeh = 0x400,

    /// <summary>Runs in an app container only.</summary>
    AppContainer = 0x1000,

    /// <summary>A WDM driver.</summary>
    WdmDriver = 0x2000,

    /// <summary>Has control-flow guard data.</summary>
    GuardCf = 0x4000,

    /// <summary>Terminal-server aware.</summary>
    TerminalServerAware = 0x8000,
}
