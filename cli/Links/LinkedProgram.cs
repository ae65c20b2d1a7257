using PortableVirt.Analysis.Pe;
using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Icons;
using PortableVirt.Desktop.Entries;

namespace PortableVirt.Cli.Links;

/// <summary>What a link tells of the program in a package.</summary>
public sealed record LinkedProgram
{
    /// <summary>Full path of the package.</summary>
    public required string Package { get; init; }

    /// <summary>Id of the package.</summary>
    public required string Id { get; init; }

    /// <summary>Name for people: the version resource's, or the file's.</summary>
    public required string Name { get; init; }

    /// <summary>A line for people, or empty.</summary>
    public required string Comment { get; init; }

    /// <summary>The file version of the version resource, "1.2.3.4", or empty.</summary>
    public required string Version { get; init; }

    /// <summary>It is a console program.</summary>
    public required bool IsConsole { get; init; }

    /// <summary>The pictures of its icon.</summary>
    public required IReadOnlyList<IconImage> Icons { get; init; }

    /// <summary>The extensions that the version resource names (FileExtents), without dots.</summary>
    public required IReadOnlyList<string> Extensions { get; init; }

    /// <summary>Reads it from a package. Throws <see cref="PackageException"/> and what files throw.</summary>
    public static LinkedProgram Read(string package)
    {
        using PackageReader reader = PackageReader.TryOpen(package) ?? throw new PackageException($"{package} is no package: pvctl pack and pvctl open make them");
        PackageMember member = reader.Manifest.Members.Single(m => m.Path == reader.Manifest.Program);
        string folder = Directory.CreateTempSubdirectory("portablevirt-link-").FullName;
        try
        {
            string copy = Path.Combine(folder, "program");
            reader.Extract(member, copy);
            using MappedFile file = MappedFile.Open(copy);
            return PeImage.TryParse(file.Memory, file.FileLength, out PeImage? image, out PeError? error)
                ? Describe(package, reader.Manifest, image) : throw new PackageException(error.Describe(member.Path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static LinkedProgram Describe(string package, PackageManifest manifest, PeImage image)
    {
        string Text(PeVersionInfo? version, string key) => version is not null && version.Strings.TryGetValue(key, out string? text) ? text.Trim() : "";
        _ = PeVersionInfo.TryRead(image, out PeVersionInfo? version);
        string product = Text(version, "ProductName");
        string description = Text(version, "FileDescription");
        return new LinkedProgram
        {
            Package = package,
            Id = manifest.Id,
            Name = First(description, product, Path.GetFileNameWithoutExtension(manifest.Program)),
            Comment = product,
            Version = version is null ? "" : PeVersionInfo.Format(version.FileVersion),
            IsConsole = image.Headers.Subsystem == PeSubsystem.WindowsConsole,
            Icons = IconReader.Read(image),
            Extensions = [.. Text(version, "FileExtents").Split(['|', ',', ';', ' '], StringSplitOptions.RemoveEmptyEntries).Select(e => e.TrimStart('*', '.')).Where(MimeDatabase.IsExtension).Distinct()],
        };
    }

    private static string First(params string[] texts) => texts.FirstOrDefault(t => t.Any(c => !char.IsControl(c) && !char.IsWhiteSpace(c))) ?? "Windows program";
}
