namespace PortableVirt.Emulation;

/// <summary>Status codes that only keys use ([MS-ERREF] section 2.3).</summary>
public readonly partial record struct NtStatus
{
    /// <summary>STATUS_INVALID_SIGNATURE.</summary>
    public static readonly NtStatus InvalidSignature = new(0xc000a000);
}
