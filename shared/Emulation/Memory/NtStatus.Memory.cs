namespace PortableVirt.Emulation;

public readonly partial record struct NtStatus
{
    /// <summary>STATUS_WAS_LOCKED.</summary>
    public static readonly NtStatus WasLocked = new(0x40000019);

    /// <summary>STATUS_WORKING_SET_QUOTA.</summary>
    public static readonly NtStatus WorkingSetQuota = new(0xc00000a1);
}
