namespace PortableVirt.Emulation.Registry;

/// <summary>The REG_ value types (winnt.h). Any other 32-bit number is a legal type, too.</summary>
public enum RegistryValueType : uint
{
    /// <summary>REG_NONE.</summary>
    None = 0,

    /// <summary>REG_SZ: UTF-16 text, by convention with a terminator.</summary>
    String = 1,

    /// <summary>REG_EXPAND_SZ: text with %VARIABLES%.</summary>
    ExpandString = 2,

    /// <summary>REG_BINARY.</summary>
    Binary = 3,

    /// <summary>REG_DWORD, little endian.</summary>
    Dword = 4,

    /// <summary>REG_DWORD_BIG_ENDIAN.</summary>
    DwordBigEndian = 5,

    /// <summary>REG_LINK: target path of a symbolic link key, UTF-16 without a terminator.</summary>
    Link = 6,

    /// <summary>REG_MULTI_SZ: terminated strings, ended by an empty one.</summary>
    MultiString = 7,

    /// <summary>REG_QWORD, little endian.</summary>
    Qword = 11,
}
