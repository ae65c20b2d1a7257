namespace PortableVirt.Emulation;

/// <summary>Status codes that only the I/O subsystem uses ([MS-ERREF] section 2.3).</summary>
public readonly partial record struct NtStatus
{
    /// <summary>STATUS_INVALID_EA_NAME.</summary>
    public static readonly NtStatus InvalidEaName = new(0x80000013);

    /// <summary>STATUS_EA_LIST_INCONSISTENT.</summary>
    public static readonly NtStatus EaListInconsistent = new(0x80000014);

    /// <summary>STATUS_EA_TOO_LARGE.</summary>
    public static readonly NtStatus EaTooLarge = new(0xc0000050);

    /// <summary>STATUS_NONEXISTENT_EA_ENTRY.</summary>
    public static readonly NtStatus NonexistentEaEntry = new(0xc0000051);

    /// <summary>STATUS_NO_EAS_ON_FILE.</summary>
    public static readonly NtStatus NoEasOnFile = new(0xc0000052);

    /// <summary>STATUS_EA_CORRUPT_ERROR.</summary>
    public static readonly NtStatus EaCorruptError = new(0xc0000053);

    /// <summary>STATUS_OPLOCK_NOT_GRANTED.</summary>
    public static readonly NtStatus OplockNotGranted = new(0xc00000e2);

    /// <summary>STATUS_IO_REPARSE_DATA_INVALID.</summary>
    public static readonly NtStatus IoReparseDataInvalid = new(0xc0000278);

    /// <summary>STATUS_IO_REPARSE_TAG_MISMATCH.</summary>
    public static readonly NtStatus IoReparseTagMismatch = new(0xc0000277);

    /// <summary>STATUS_DIRECTORY_IS_A_REPARSE_POINT.</summary>
    public static readonly NtStatus DirectoryIsAReparsePoint = new(0xc0000281);

    /// <summary>STATUS_MEDIA_WRITE_PROTECTED.</summary>
    public static readonly NtStatus MediaWriteProtected = new(0xc00000a2);
}
