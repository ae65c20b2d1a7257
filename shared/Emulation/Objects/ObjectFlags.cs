namespace PortableVirt.Emulation.Objects;

/// <summary>The OBJ_ flags of OBJECT_ATTRIBUTES.Attributes (ntdef.h).</summary>
[Flags]
public enum ObjectFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>OBJ_INHERIT: the handle is inherited by child processes.</summary>
    Inherit = 0x2,

    /// <summary>OBJ_PERMANENT: the name outlives the last handle.</summary>
    Permanent = 0x10,

    /// <summary>OBJ_EXCLUSIVE.</summary>
    Exclusive = 0x20,

    /// <summary>OBJ_CASE_INSENSITIVE: names compare without case.</summary>
    CaseInsensitive = 0x40,

    /// <summary>OBJ_OPENIF: opening an existing object is a success.</summary>
    OpenIf = 0x80,

    /// <summary>OBJ_OPENLINK: open a link itself.</summary>
    OpenLink = 0x100,
}
