namespace PortableVirt.Emulation.Registry;

/// <summary>What changed in a key: the REG_NOTIFY_CHANGE_ bits (winnt.h).</summary>
[Flags]
public enum KeyChange : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A subkey was made, deleted or renamed.</summary>
    Name = 1,

    /// <summary>Attributes.</summary>
    Attributes = 2,

    /// <summary>A value was set or deleted.</summary>
    LastSet = 4,

    /// <summary>The security descriptor.</summary>
    Security = 8,
}
