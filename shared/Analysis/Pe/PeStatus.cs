namespace PortableVirt.Analysis.Pe;

/// <summary>The NTSTATUS codes with which NT refuses image files, as plain numbers. Source: [MS-ERREF] section 2.3.</summary>
public static class PeStatus
{
    /// <summary>STATUS_IMAGE_MACHINE_TYPE_MISMATCH: informational, the image is for another processor.</summary>
    public const uint ImageMachineTypeMismatch = 0x4000000e;

    /// <summary>STATUS_INVALID_IMAGE_FORMAT.</summary>
    public const uint InvalidImageFormat = 0xc000007b;

    /// <summary>STATUS_INVALID_IMAGE_NE_FORMAT: OS/2.</summary>
    public const uint InvalidImageNeFormat = 0xc000011b;

    /// <summary>STATUS_MAPPED_FILE_SIZE_ZERO.</summary>
    public const uint MappedFileSizeZero = 0xc000011e;

    /// <summary>STATUS_INVALID_IMAGE_LE_FORMAT: a linear executable.</summary>
    public const uint InvalidImageLeFormat = 0xc000012e;

    /// <summary>STATUS_INVALID_IMAGE_NOT_MZ.</summary>
    public const uint InvalidImageNotMz = 0xc000012f;

    /// <summary>STATUS_INVALID_IMAGE_PROTECT: a DOS program.</summary>
    public const uint InvalidImageProtect = 0xc0000130;

    /// <summary>STATUS_INVALID_IMAGE_WIN_16.</summary>
    public const uint InvalidImageWin16 = 0xc0000131;
}
