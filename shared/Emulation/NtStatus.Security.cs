namespace PortableVirt.Emulation;

public readonly partial record struct NtStatus
{
    /// <summary>STATUS_INVALID_OWNER.</summary>
    public static readonly NtStatus InvalidOwner = new(0xc000005a);

    /// <summary>STATUS_INVALID_PRIMARY_GROUP.</summary>
    public static readonly NtStatus InvalidPrimaryGroup = new(0xc000005b);

    /// <summary>STATUS_NO_IMPERSONATION_TOKEN.</summary>
    public static readonly NtStatus NoImpersonationToken = new(0xc000005c);

    /// <summary>STATUS_CANT_DISABLE_MANDATORY.</summary>
    public static readonly NtStatus CantDisableMandatory = new(0xc000005d);

    /// <summary>STATUS_NO_SUCH_LOGON_SESSION.</summary>
    public static readonly NtStatus NoSuchLogonSession = new(0xc000005f);

    /// <summary>STATUS_BAD_IMPERSONATION_LEVEL.</summary>
    public static readonly NtStatus BadImpersonationLevel = new(0xc00000a5);

    /// <summary>STATUS_BAD_TOKEN_TYPE.</summary>
    public static readonly NtStatus BadTokenType = new(0xc00000a8);

    /// <summary>STATUS_GENERIC_NOT_MAPPED.</summary>
    public static readonly NtStatus GenericNotMapped = new(0xc00000e6);
}
