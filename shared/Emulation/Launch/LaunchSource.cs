namespace PortableVirt.Emulation.Launch;

/// <summary>What stands behind a region of a launch image.</summary>
public enum LaunchSource : byte
{
    /// <summary>Private memory.</summary>
    Private,

    /// <summary>A view of an executable image, by the NT name of its file.</summary>
    Image,

    /// <summary>A read-only view of a file of the system library's nls folder, by its name.</summary>
    Nls,

    /// <summary>The api set map.</summary>
    ApiSets,
}
