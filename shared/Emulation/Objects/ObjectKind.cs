namespace PortableVirt.Emulation.Objects;

/// <summary>
/// An NT object type: its name as NtQueryObject reports it, its generic access mapping and all its rights.
/// Instances are the constants of <see cref="ObjectKinds"/>.
/// </summary>
/// <param name="Index">Type index, unique, 2 and up (as SYSTEM_HANDLE_INFORMATION shows it).</param>
/// <param name="Name">NT type name, e.g. "Event".</param>
/// <param name="GenericRead">What GENERIC_READ means for the type.</param>
/// <param name="GenericWrite">What GENERIC_WRITE means.</param>
/// <param name="GenericExecute">What GENERIC_EXECUTE means.</param>
/// <param name="AllAccess">What GENERIC_ALL and MAXIMUM_ALLOWED mean.</param>
public sealed record ObjectKind(byte Index, string Name, uint GenericRead, uint GenericWrite, uint GenericExecute, uint AllAccess)
{
    /// <summary>Replaces the generic bits 28-31 and MAXIMUM_ALLOWED (bit 25) by the type's own rights.</summary>
    public uint MapAccess(uint desired)
    {
        uint access = desired & 0x0dffffff;
        if ((desired & 0x80000000) != 0) { access |= GenericRead; }
        if ((desired & 0x40000000) != 0) { access |= GenericWrite; }
        if ((desired & 0x20000000) != 0) { access |= GenericExecute; }
        if ((desired & 0x12000000) != 0) { access |= AllAccess; }
        return access;
    }
}
