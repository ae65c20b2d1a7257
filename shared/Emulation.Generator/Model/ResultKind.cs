namespace PortableVirt.Emulation.Generator.Model;

/// <summary>What a system call returns.</summary>
internal enum ResultKind
{
    /// <summary>NtStatus: its 32 bits, zero-extended.</summary>
    Status,

    /// <summary>An integer, converted to 64 bits as C# does.</summary>
    Integer,
}
