namespace PortableVirt.Analysis.Pe;

/// <summary>The fields of the file header and the optional header that matter at run time. Names are the specification's.</summary>
public sealed record PeHeaders
{
    /// <summary>File offset of "PE\0\0" (IMAGE_DOS_HEADER.e_lfanew).</summary>
    public required uint PeOffset { get; init; }

    /// <summary>Processor.</summary>
    public required PeMachine Machine { get; init; }

    /// <summary>TimeDateStamp: seconds since 1970, or a hash of the contents in reproducible builds.</summary>
    public required uint TimeDateStamp { get; init; }

    /// <summary>File characteristics.</summary>
    public required PeCharacteristics Characteristics { get; init; }

    /// <summary>True for PE32+ (optional header magic 0x20b), false for PE32 (0x10b).</summary>
    public required bool IsPe32Plus { get; init; }

    /// <summary>Bytes of code.</summary>
    public required uint SizeOfCode { get; init; }

    /// <summary>Entry point relative to the base; 0 for a DLL without one.</summary>
    public required uint AddressOfEntryPoint { get; init; }

    /// <summary>Preferred base, a multiple of 64 KiB.</summary>
    public required ulong ImageBase { get; init; }

    /// <summary>Alignment of sections in memory, a power of two.</summary>
    public required uint SectionAlignment { get; init; }

    /// <summary>Alignment of raw data in the file, a power of two.</summary>
    public required uint FileAlignment { get; init; }

    /// <summary>Version of Windows that is needed, high word major.</summary>
    public required uint OperatingSystemVersion { get; init; }

    /// <summary>Subsystem version, high word major.</summary>
    public required uint SubsystemVersion { get; init; }

    /// <summary>Bytes in memory as declared.</summary>
    public required uint SizeOfImage { get; init; }

    /// <summary>Bytes of all headers.</summary>
    public required uint SizeOfHeaders { get; init; }

    /// <summary>Declared checksum; 0 when there is none.</summary>
    public required uint CheckSum { get; init; }

    /// <summary>File offset of the checksum field.</summary>
    public required int CheckSumOffset { get; init; }

    /// <summary>Subsystem.</summary>
    public required PeSubsystem Subsystem { get; init; }

    /// <summary>DLL characteristics.</summary>
    public required PeDllCharacteristics DllCharacteristics { get; init; }

    /// <summary>Bytes to reserve for the first thread's stack.</summary>
    public required ulong SizeOfStackReserve { get; init; }

    /// <summary>Bytes to commit of it.</summary>
    public required ulong SizeOfStackCommit { get; init; }

    /// <summary>Bytes to reserve for the process heap.</summary>
    public required ulong SizeOfHeapReserve { get; init; }

    /// <summary>Bytes to commit of it.</summary>
    public required ulong SizeOfHeapCommit { get; init; }

    /// <summary>LoaderFlags, obsolete.</summary>
    public required uint LoaderFlags { get; init; }

    /// <summary>Number of section headers.</summary>
    public required int SectionCount { get; init; }

    /// <summary>File offset of the section headers.</summary>
    public required int SectionTableOffset { get; init; }

    /// <summary>File offset of the data directories.</summary>
    public required int DirectoryOffset { get; init; }

    /// <summary>Number of data directories, at most 16.</summary>
    public required int DirectoryCount { get; init; }

    /// <summary>True when the DLL flag is set.</summary>
    public bool IsDll => Characteristics.HasFlag(PeCharacteristics.Dll);
}
