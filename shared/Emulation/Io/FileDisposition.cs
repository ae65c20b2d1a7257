namespace PortableVirt.Emulation.Io;

/// <summary>CreateDisposition of NtCreateFile (wdm.h).</summary>
public enum FileDisposition : uint
{
    /// <summary>FILE_SUPERSEDE.</summary>
    Supersede,

    /// <summary>FILE_OPEN.</summary>
    Open,

    /// <summary>FILE_CREATE.</summary>
    Create,

    /// <summary>FILE_OPEN_IF.</summary>
    OpenIf,

    /// <summary>FILE_OVERWRITE.</summary>
    Overwrite,

    /// <summary>FILE_OVERWRITE_IF.</summary>
    OverwriteIf,
}
