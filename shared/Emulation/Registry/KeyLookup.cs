namespace PortableVirt.Emulation.Registry;

/// <summary>How a path of keys is followed.</summary>
[Flags]
public enum KeyLookup
{
    /// <summary>Links are followed; the 64-bit view.</summary>
    Default = 0,

    /// <summary>A link at the end of the path is opened itself (OBJ_OPENLINK, REG_OPTION_OPEN_LINK).</summary>
    OpenLink = 1,

    /// <summary>KEY_WOW64_32KEY: the 32-bit view.</summary>
    View32 = 2,
}
