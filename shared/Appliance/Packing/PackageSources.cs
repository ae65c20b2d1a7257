namespace PortableVirt.Appliance.Packing;

/// <summary>Where the files of a package come from.</summary>
public sealed record PackageSources
{
    /// <summary>Host path of the program.</summary>
    public required string Program { get; init; }

    /// <summary>Host folder, the program's or one above it, that the program sees as its own tree; other files are relative to it.</summary>
    public required string Root { get; init; }

    /// <summary>Host folder of the system's DLLs.</summary>
    public required string SystemFolder { get; init; }

    /// <summary>Host folder of the code page and locale files.</summary>
    public required string NlsFolder { get; init; }

    /// <summary>What the system library source is, for the ledger: "libwine 8.0".</summary>
    public required string SystemName { get; init; }

    /// <summary>DLLs that we make ourselves: lower-case name and bytes.</summary>
    public required IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Made { get; init; }

    /// <summary>Pages that runs touched, by module name in lower case; all other pages of images are left out. Null to leave none out.</summary>
    public IReadOnlyDictionary<string, SortedSet<long>>? TouchedPages { get; init; }

    /// <summary>Members that say what the package was made from.</summary>
    public IReadOnlyList<PackedFile> Facts { get; init; } = [];

    /// <summary>Patterns of more files, relative to <see cref="Root"/> ("data/*.txt"; '*' and '?' within one part, "**" for any number of folders).</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Files that every package has: licences, the policy.</summary>
    public IReadOnlyList<PackedFile> Notes { get; init; } = [];

    /// <summary>Files of drive C: that go in with ws2_32.dll.</summary>
    public IReadOnlyList<PackedFile> NetworkFiles { get; init; } = [];

    /// <summary>Told the bytes of every file that was taken in, or null.</summary>
    public Action<long>? Collected { get; init; }
}
