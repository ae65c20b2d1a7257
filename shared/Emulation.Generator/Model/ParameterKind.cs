namespace PortableVirt.Emulation.Generator.Model;

/// <summary>The conversions of a raw 64-bit argument.</summary>
internal enum ParameterKind
{
    /// <summary>A struct that is made from all 64 bits: Handle, GuestPointer.</summary>
    Wrapper,

    /// <summary>An integer: the low bits that it has room for.</summary>
    Integer,

    /// <summary>NT BOOLEAN: the low byte is not 0.</summary>
    Boolean,

    /// <summary>An enum: like its underlying integer.</summary>
    Enum,
}
