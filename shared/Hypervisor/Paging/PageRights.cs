namespace PortableVirt.Hypervisor;

/// <summary>What user-mode guest code may do with a page.</summary>
[Flags]
public enum PageRights
{
    /// <summary>Nothing: the entry is not present.</summary>
    None = 0,

    /// <summary>Read. The hardware has no right without it, so every other right implies it.</summary>
    Read = 1,

    /// <summary>Write.</summary>
    Write = 2,

    /// <summary>Execute.</summary>
    Execute = 4,
}
