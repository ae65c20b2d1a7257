namespace PortableVirt.Appliance.Format;

/// <summary>Sizes, signatures and offsets of ZIP records (PKWARE APPNOTE 6.3, 4.3). Only what a package uses: stored files, no ZIP64, no comment.</summary>
internal static class ZipRecords
{
    /// <summary>Signature of a local file header.</summary>
    public const uint Local = 0x04034b50;

    /// <summary>Signature of a central directory header.</summary>
    public const uint Central = 0x02014b50;

    /// <summary>Signature of the end of central directory record.</summary>
    public const uint End = 0x06054b50;

    /// <summary>Bytes of a local file header without name and extra field.</summary>
    public const int LocalSize = 30;

    /// <summary>Bytes of a central directory header without name, extra field and comment.</summary>
    public const int CentralSize = 46;

    /// <summary>Bytes of the end record without comment.</summary>
    public const int EndSize = 22;

    /// <summary>"Version needed": 1.0.</summary>
    public const ushort VersionNeeded = 10;

    /// <summary>General purpose bit 11: names are UTF-8.</summary>
    public const ushort Utf8Names = 1 << 11;

    /// <summary>1980-01-01, the first date that ZIP knows: packages do not tell when they were made.</summary>
    public const ushort Date = (1 << 5) | 1;

    /// <summary>Every file's data starts at a multiple of this, so that it can be mapped.</summary>
    public const int Alignment = 4096;


    /// <summary>Most files of a package.</summary>
    public const int MaximumFiles = 60_000;

    /// <summary>Largest package in bytes: ZIP's own limit without ZIP64.</summary>
    public const long MaximumLength = uint.MaxValue;
}
