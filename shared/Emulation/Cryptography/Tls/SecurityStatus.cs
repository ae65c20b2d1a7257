namespace PortableVirt.Emulation.Cryptography.Tls;

/// <summary>SECURITY_STATUS values (winerror.h), which schannel's unix calls return in the place of an NTSTATUS.</summary>
internal static class SecurityStatus
{
    /// <summary>SEC_E_OK.</summary>
    public static readonly NtStatus Ok = NtStatus.Success;

    /// <summary>SEC_I_CONTINUE_NEEDED.</summary>
    public static readonly NtStatus ContinueNeeded = new(0x00090312);

    /// <summary>SEC_I_CONTEXT_EXPIRED: the other side has said that it ends.</summary>
    public static readonly NtStatus ContextExpired = new(0x00090317);

    /// <summary>SEC_E_INVALID_HANDLE.</summary>
    public static readonly NtStatus InvalidHandle = new(0x80090301);

    /// <summary>SEC_E_UNSUPPORTED_FUNCTION.</summary>
    public static readonly NtStatus UnsupportedFunction = new(0x80090302);

    /// <summary>SEC_E_INTERNAL_ERROR.</summary>
    public static readonly NtStatus InternalError = new(0x80090304);

    /// <summary>SEC_E_INSUFFICIENT_MEMORY.</summary>
    public static readonly NtStatus InsufficientMemory = new(0x80090300);

    /// <summary>SEC_E_BUFFER_TOO_SMALL.</summary>
    public static readonly NtStatus BufferTooSmall = new(0x80090321);

    /// <summary>SEC_E_ILLEGAL_MESSAGE.</summary>
    public static readonly NtStatus IllegalMessage = new(0x80090326);

    /// <summary>SEC_E_ALGORITHM_MISMATCH: no protocol that both sides have.</summary>
    public static readonly NtStatus AlgorithmMismatch = new(0x80090331);
}
