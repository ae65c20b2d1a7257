using System.Globalization;
using PortableVirt.Appliance.Format;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Packages;

namespace PortableVirt.Cli.Index;

/// <summary>Makes entries of the index.</summary>
public static class IndexEntries
{
    /// <summary>Feature: runs told what is needed.</summary>
    public const string Runs = "runs";

    /// <summary>Feature: it holds what the program spells out.</summary>
    public const string Spelled = "spelled";

    /// <summary>Any update of a system library changes these.</summary>
    private static readonly string[] s_systemFiles = ["ntdll.dll", "kernelbase.dll", "kernel32.dll"];

    /// <summary>The entry of a package that was just made.</summary>
    public static IndexEntry Of(PackageRequest request, MadePackage made, bool isOwn) => new()
    {
        Id = made.Manifest.Id,
        Package = request.Output,
        Program = Path.GetFileName(request.Program),
        Origin = request.Program,
        OriginStamp = Stamp(request.Program),
        ProgramHash = made.ProgramHash,
        Version = ProductVersion.Text,
        SystemMark = SystemMark(request.SystemFolder),
        Features = Features(request),
        IsOwn = isOwn,
        Made = DateTimeOffset.UtcNow,
    };

    /// <summary>What a package tells of itself.</summary>
    public static IndexEntry Of(string package, PackageManifest manifest) => new()
    {
        Id = manifest.Id,
        Package = package,
        Program = Path.GetFileName(manifest.Program),
        Origin = "",
        OriginStamp = "-",
        ProgramHash = manifest.Members.Single(m => m.Path == manifest.Program).Sha256,
        Version = "",
        SystemMark = "",
    };

    /// <summary>Length and time of last change of a file; "-" of one that is not there.</summary>
    public static string Stamp(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.Length}@{file.LastWriteTimeUtc.Ticks}") : "-";
    }

    /// <summary>Which system library is in a folder.</summary>
    public static string SystemMark(string folder) => folder + " " + string.Join(' ', s_systemFiles.Select(f => Stamp(Path.Combine(folder, f))));

    /// <summary>What is asked for in a package.</summary>
    public static IReadOnlyList<string> Features(PackageRequest request) =>
        [.. request.Files.Select(f => "files " + f).Concat(request.ListFile is null ? [] : [Runs]).Concat(request.WithSpelled ? [Spelled] : []).Order(StringComparer.Ordinal)];
}
