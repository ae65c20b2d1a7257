using System.Security.Cryptography;
using System.Text;
using PortableVirt.Appliance.Format;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Packages;

namespace PortableVirt.Cli.Index;

/// <summary>Finds the package that "pvctl open" uses for a program, or where it makes one.</summary>
public static class PackageChoice
{
    private const int NameLength = 64;

    /// <summary>SHA-256 of a program, from the index where its stamp is known, else from the file.</summary>
    public static string HashOf(string program, IReadOnlyList<IndexEntry> entries)
    {
        string stamp = IndexEntries.Stamp(program);
        if (entries.FirstOrDefault(e => e.Origin == program && e.OriginStamp == stamp) is { } known)
        {
            return known.ProgramHash;
        }
        using FileStream file = File.OpenRead(program);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>
    /// The newest package of the same program, made by the same PortableVirt from the same system library with at least what is asked for; one whose runs
    /// are known comes first. Null when there is none.
    /// </summary>
    public static IndexEntry? Find(IReadOnlyList<IndexEntry> entries, string programHash, PackageRequest request)
    {
        string mark = IndexEntries.SystemMark(request.SystemFolder);
        IReadOnlyList<string> features = IndexEntries.Features(request);
        return entries
            .Where(e => e.ProgramHash == programHash && e.Version == ProductVersion.Text && e.SystemMark == mark && HasAll(e, features))
            .OrderByDescending(e => e.Features.Contains(IndexEntries.Runs)).ThenByDescending(e => e.Made)
            .FirstOrDefault(e => PackageIndex.Presence(e) == PackagePresence.There);
    }

    /// <summary>What runs told is better than what the program spells out.</summary>
    private static bool HasAll(IndexEntry entry, IReadOnlyList<string> features) =>
        features.Except(entry.Features).All(f => f == IndexEntries.Spelled && entry.Features.Contains(IndexEntries.Runs));

    /// <summary>Where a package of a program is made: a name for people and a hash of all that distinguishes it.</summary>
    public static string Place(string folder, string programHash, PackageRequest request)
    {
        string name = Path.GetFileNameWithoutExtension(request.Program);
        string safe = string.Concat(name.Take(NameLength).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_')).TrimStart('.', '-');
        string all = string.Join('\n', [programHash, ProductVersion.Text, IndexEntries.SystemMark(request.SystemFolder), .. IndexEntries.Features(request)]);
        return Path.Combine(folder, $"{(safe.Length == 0 ? "program" : safe)}-{Sha256.HexOf(Encoding.UTF8.GetBytes(all))[..12]}");
    }
}
