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

    /// <summary><see cref="ContentsIdOf"/> of this manifest.</summary>
    public string ContentsId => ContentsIdOf(Encoding.UTF8.GetBytes(Write()));

    /// <summary>
    /// Names what a launch image is made of: as <see cref="Id"/>, without the launch images, which carry this. It says nothing of their own
    /// bytes: <see cref="Id"/>, signatures and <see cref="PackageReader.Check"/> do.
    /// </summary>
    /// <param name="text">A manifest's text.</param>
    public static string ContentsIdOf(ReadOnlySpan<byte> text)
    {
        Sha256 hash = new();
        for (int length; !text.IsEmpty; text = text[length..])
        {
            length = text.IndexOf((byte)'\n') + 1;
            length = length == 0 ? text.Length : length;
            if (!IsOfLaunchImage(text[..length]))
            {
                hash.Add(text[..length]);
            }
        }
        return hash.Finish();
    }

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
        string program = "";
        (long Length, string Sha256)? runner = null;
        Dictionary<string, PackageMember> members = new(StringComparer.Ordinal);
        int number = 0;
        ReadOnlySpan<char> all = text;
        foreach (Range range in all.Split('\n'))
        {
            ReadOnlySpan<char> line = all[range];
            number++;
            if (number == 1)
            {
                RequireVersion(line);
            }
            else if (!line.IsEmpty && !TryReadLine(line, ref program, ref runner, members))
            {
                throw new PackageException($"the manifest is damaged (line {number}); get the package again");
            }
        }
        if (runner is null)
        {
            throw new PackageException("the manifest does not describe the runner; get the package again");
        }
        if (!members.ContainsKey(program))
        {
            throw new PackageException("the manifest names no program of the package; get the package again");
        }
        PackageMember[] sorted = [.. members.Values];
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return new PackageManifest(program, sorted) { RunnerLength = runner.Value.Length, RunnerSha256 = runner.Value.Sha256 };
    }

    private static void RequireVersion(ReadOnlySpan<char> line)
    {
        if (!line.StartsWith(Header, StringComparison.Ordinal))
        {
            throw new PackageException("the manifest is damaged (line 1); get the package again");
        }
        if (line[Header.Length..] is not Version)
        {
            throw new PackageException($"the package has format {line[Header.Length..]}, this program reads format {Version}: use the PortableVirt that made it");
        }
    }

    /// <summary>True for a "file" or "origin" line with the path of a launch image.</summary>
    private static bool IsOfLaunchImage(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> path = [];
        if (line.StartsWith("file "u8))
        {
            // Behind the length and the hash; a path may hold spaces.
            path = line["file ".Length..];
            path = path[(path.IndexOf((byte)' ') + 1)..];
            path = path[(path.IndexOf((byte)' ') + 1)..].TrimEnd((byte)'\n');
        }
        else if (line.StartsWith("origin "u8))
        {
            path = line["origin ".Length..];
            path = path[..Math.Max(0, path.IndexOf((byte)':'))];
        }
        return Ascii.Equals(path, LaunchImage) || Ascii.Equals(path, DeepLaunchImage);
    }

    private static bool TryReadLine(ReadOnlySpan<char> line, ref string program, ref (long Length, string Sha256)? runner, Dictionary<string, PackageMember> members)
    {
        ReadOnlySpan<char> kind = TakeWord(ref line);
        long length;
        string hash;
        switch (kind)
        {
            case "program" when program.Length == 0:
                program = line.ToString();
                return true;
            case "runner" when runner is null:
                if (!TryReadBytes(ref line, out length, out hash) || !line.IsEmpty)
                {
                    return false;
                }
                runner = (length, hash);
                return true;
            case "file":
                if (!TryReadBytes(ref line, out length, out hash) || !MemberPath.IsValid(line))
                {
                    return false;
                }
                string path = line.ToString();
                return members.TryAdd(path, new PackageMember(path, length, hash, ""));
            case "origin":
                int colon = line.IndexOf(": ", StringComparison.Ordinal);
                if (colon < 0 || !members.TryGetValue(line[..colon].ToString(), out PackageMember? member))
                {
                    return false;
                }
                members[member.Path] = member with { Origin = line[(colon + 2)..].ToString() };
                return true;
            default:
                return false;
        }
    }

    /// <summary>The text before the first space, which is taken away with it; all of it where there is none.</summary>
    private static ReadOnlySpan<char> TakeWord(ref ReadOnlySpan<char> line)
    {
        int space = line.IndexOf(' ');
        ReadOnlySpan<char> word = space < 0 ? line : line[..space];
        line = space < 0 ? [] : line[(space + 1)..];
        return word;
    }

    /// <summary>Takes "LENGTH sha256:HASH" from the beginning of a line.</summary>
    private static bool TryReadBytes(ref ReadOnlySpan<char> line, out long length, out string hash)
    {
        ReadOnlySpan<char> number = TakeWord(ref line);
        ReadOnlySpan<char> word = TakeWord(ref line);
        bool isRead = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= ZipRecords.MaximumLength
            && word.Length == HashPrefix.Length + 64 && word.StartsWith(HashPrefix, StringComparison.Ordinal)
            && word[HashPrefix.Length..].IndexOfAnyExcept("0123456789abcdef") < 0;
        hash = isRead ? word[HashPrefix.Length..].ToString() : "";
        return isRead;
    }
}
