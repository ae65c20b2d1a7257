using System.Globalization;
using System.Text;

namespace PortableVirt.Appliance.Format;

/// <summary>
/// What a package holds, as text, the first member of every package:
/// <code>
/// PortableVirt Package 1
/// program program/7za.exe
/// runner LENGTH sha256:HASH
/// file LENGTH sha256:HASH PATH
/// origin PATH TEXT
/// </code>
/// </summary>
/// <param name="Program">Member path of the program.</param>
/// <param name="Members">All other members, by path.</param>
public sealed record PackageManifest(string Program, IReadOnlyList<PackageMember> Members)
{
    /// <summary>Bytes of the runner, the ELF program that the file begins with.</summary>
    public long RunnerLength { get; init; }

    /// <summary>Hash of the runner's bytes, lower-case hexadecimal.</summary>
    public string RunnerSha256 { get; init; } = Sha256.HexOf([]);

    /// <summary>Path of the manifest itself.</summary>
    public const string Path = "portablevirt/manifest";

    /// <summary>Path of the program's icon, its largest picture, as a PNG file.</summary>
    public const string IconPath = "portablevirt/icon.png";

    /// <summary>Folder of the system's DLLs.</summary>
    public const string SystemFolder = "system";

    /// <summary>Folder of the code page and locale files.</summary>
    public const string NlsFolder = "nls";

    /// <summary>Folder of files that drive C: starts with.</summary>
    public const string DriveFolder = "drive_c";

    /// <summary>Folder of licences.</summary>
    public const string LicenceFolder = "licences";

    /// <summary>Folder of the program and the files beside it.</summary>
    public const string ProgramFolder = "program";

    /// <summary>Path of the launch image.</summary>
    public const string LaunchImage = "launch/image";

    /// <summary>Path of the launch image that was taken later, behind an initialiser, for starts that it fits.</summary>
    public const string DeepLaunchImage = "launch/deep";

    private const string Header = "PortableVirt Package ";
    private const string Version = "1";
    private const string HashPrefix = "sha256:";

    /// <summary>Names the package: the SHA-256 of the manifest's text, lower-case hexadecimal.</summary>
    public string Id => Sha256.HexOf(Encoding.UTF8.GetBytes(Write()));

    /// <summary>
    /// Names what a launch image is made of: as <see cref="Id"/>, without the launch images, which carry this. It says nothing of their own
    /// bytes: <see cref="Id"/>, signatures and <see cref="PackageReader.Check"/> do.
    /// </summary>
    public string ContentsId => (this with { Members = [.. Members.Where(m => m.Path is not (LaunchImage or DeepLaunchImage))] }).Id;

    /// <summary>The text.</summary>
    public string Write()
    {
        StringBuilder text = new();
        text.Append(Header).Append(Version).Append('\n').Append("program ").Append(Program).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"runner {RunnerLength} {HashPrefix}{RunnerSha256}\n");
        foreach (PackageMember member in Members)
        {
            text.Append(CultureInfo.InvariantCulture, $"file {member.Length} {HashPrefix}{member.Sha256} {member.Path}\n");
        }
        foreach (PackageMember member in Members.Where(m => m.Origin.Length != 0))
        {
            // Paths may hold spaces: the colon ends them, which no path has.
            text.Append($"origin {member.Path}: {member.Origin}\n");
        }
        return text.ToString();
    }

    /// <summary>Reads the text.</summary>
    /// <exception cref="PackageException">It is damaged or of a newer format.</exception>
    public static PackageManifest Read(string text)
    {
        string[] lines = text.Split('\n');
        if (!lines[0].StartsWith(Header, StringComparison.Ordinal))
        {
            throw new PackageException("the manifest is damaged (line 1); get the package again");
        }
        if (lines[0] != Header + Version)
        {
            throw new PackageException($"the package has format {lines[0][Header.Length..]}, this program reads format {Version}: use the PortableVirt that made it");
        }
        string program = "";
        (long Length, string Sha256)? runner = null;
        SortedDictionary<string, PackageMember> members = new(StringComparer.Ordinal);
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length != 0 && !TryReadLine(lines[i], ref program, ref runner, members))
            {
                throw new PackageException($"the manifest is damaged (line {i + 1}); get the package again");
            }
        }
        if (runner is null)
        {
            throw new PackageException("the manifest does not describe the runner; get the package again");
        }
        return members.ContainsKey(program)
            ? new PackageManifest(program, [.. members.Values]) { RunnerLength = runner.Value.Length, RunnerSha256 = runner.Value.Sha256 }
            : throw new PackageException("the manifest names no program of the package; get the package again");
    }

    private static bool TryReadLine(string line, ref string program, ref (long Length, string Sha256)? runner, SortedDictionary<string, PackageMember> members)
    {
        string[] words = line.Split(' ', 2);
        if (words.Length != 2)
        {
            return false;
        }
        switch (words[0])
        {
            case "program" when program.Length == 0:
                program = words[1];
                return true;
            case "runner" when runner is null:
                string[] two = words[1].Split(' ');
                if (two.Length != 2 || !TryReadBytes(two, out long runnerLength, out string runnerHash))
                {
                    return false;
                }
                runner = (runnerLength, runnerHash);
                return true;
            case "file":
                string[] parts = words[1].Split(' ', 3);
                return parts.Length == 3 && TryReadBytes(parts, out long length, out string hash) && MemberPath.IsValid(parts[2])
                    && members.TryAdd(parts[2], new PackageMember(parts[2], length, hash, ""));
            case "origin":
                int colon = words[1].IndexOf(": ", StringComparison.Ordinal);
                if (colon < 0 || !members.TryGetValue(words[1][..colon], out PackageMember? member))
                {
                    return false;
                }
                members[member.Path] = member with { Origin = words[1][(colon + 2)..] };
                return true;
            default:
                return false;
        }
    }

    /// <summary>Reads "LENGTH sha256:HASH".</summary>
    private static bool TryReadBytes(string[] words, out long length, out string hash)
    {
        bool isRead = long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= ZipRecords.MaximumLength
            && words[1].Length == HashPrefix.Length + 64 && words[1].StartsWith(HashPrefix, StringComparison.Ordinal)
            && words[1].AsSpan(HashPrefix.Length).IndexOfAnyExcept("0123456789abcdef") < 0;
        hash = isRead ? words[1][HashPrefix.Length..] : "";
        return isRead;
    }
}
