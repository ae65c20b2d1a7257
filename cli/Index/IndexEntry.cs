using PortableVirt.Appliance.Format;

namespace PortableVirt.Cli.Index;

/// <summary>A package that was made, as the index knows it.</summary>
public sealed record IndexEntry
{
    /// <summary>Id of the package's contents, 64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Full path of the package.</summary>
    public required string Package { get; init; }

    /// <summary>Name of the program, "7za.exe".</summary>
    public required string Program { get; init; }

    /// <summary>Full path of the program that was packed.</summary>
    public required string Origin { get; init; }

    /// <summary>Length and time of last change of the program when it was packed; the same stamp stands for the same bytes.</summary>
    public required string OriginStamp { get; init; }

    /// <summary>SHA-256 of the program, 64 hexadecimal digits.</summary>
    public required string ProgramHash { get; init; }

    /// <summary>Version of the PortableVirt that made it.</summary>
    public required string Version { get; init; }

    /// <summary>Which system library it holds: folder and stamps.</summary>
    public required string SystemMark { get; init; }

    /// <summary>What was asked for when it was made, sorted: "runs", "files PATTERN".</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>True when pvctl open made it, in a place of its own.</summary>
    public bool IsOwn { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Made { get; init; }

    /// <summary>When it was last started, or null.</summary>
    public DateTimeOffset? LastUse { get; init; }

    /// <summary>Name of the entry's file: the package's id and place.</summary>
    public string FileName => NameOf(Id, Package);

    /// <summary>Name for people: the program's without ".exe".</summary>
    public string Name => Program.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? Program[..^4] : Program;

    /// <summary>Name of the file of an entry.</summary>
    public static string NameOf(string id, string package) => $"{id[..32]}-{Sha256.HexOf(System.Text.Encoding.UTF8.GetBytes(package))[..16]}";
}
