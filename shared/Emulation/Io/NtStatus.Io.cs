namespace PortableVirt.Emulation;

/// <summary>Status codes that only the I/O subsystem uses ([MS-ERREF] section 2.3).</summary>
public readonly partial record struct NtStatus
{
    /// <summary>STATUS_OPLOCK_NOT_GRANTED.</summary>
    public static readonly NtStatus OplockNotGranted = new(0xc00000e2);

    /// <summary>STATUS_IO_REPARSE_DATA_INVALID.</summary>
    public static readonly NtStatus IoReparseDataInvalid = new(0xc0000278);

    /// <summary>STATUS_IO_REPARSE_TAG_MISMATCH.</summary>
    public static readonly NtStatus IoReparseTagMismatch = new(0xc0000277);

    /// <summary>STATUS_DIRECTORY_IS_A_REPARSE_POINT.</summary>
    public static readonly NtStatus DirectoryIsAReparsePoint = new(0xc0000281);
}
