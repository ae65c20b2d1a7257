namespace PortableVirt.VirtualLayer.Files;

/// <summary>What the policy says about a host path.</summary>
public enum FileVerdictKind
{
    /// <summary>It does not exist for the program.</summary>
    Hidden,

    /// <summary>A folder on the way to a grant: it exists, shows only the way, and cannot be changed.</summary>
    Passage,

    /// <summary>It is a grant or lies below one.</summary>
    Granted,
}
