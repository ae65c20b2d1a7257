using System.Globalization;
using PortableVirt.Appliance.Format;
using PortableVirt.Cli.Links;
using PortableVirt.Cli.Output;

namespace PortableVirt.Cli.Packages;

/// <summary>What "pvctl info APP" tells of a package.</summary>
public sealed class PackageReport
{
    private const int ShownId = 16;
    private const string Licences = PackageManifest.LicenceFolder + "/";
    private const string OwnLicence = Licences + "portablevirt";

    private readonly LinkedProgram _program;
    private readonly PackageManifest _manifest;
    private readonly long _length;
    private readonly (string Origin, int Files, long Bytes)[] _origins;
    private readonly string? _ownLicence;

    private PackageReport(LinkedProgram program, PackageManifest manifest, string? ownLicence)
    {
        (_program, _manifest, _ownLicence) = (program, manifest, ownLicence);
        _length = new FileInfo(program.Package).Length;
        // What is behind the comma is told of single files.
        _origins = [.. manifest.Members.GroupBy(m => m.Origin.Split(',')[0], StringComparer.Ordinal)
            .Select(g => (g.Key.Length == 0 ? "not told" : g.Key, g.Count(), g.Sum(m => m.Length))).OrderByDescending(o => o.Item3)];
    }

    /// <summary>Reads a package. Throws <see cref="PackageException"/> and what files throw.</summary>
    /// <param name="package">Full path.</param>
    public static PackageReport Read(string package)
    {
        LinkedProgram program = LinkedProgram.Read(package);
        using PackageReader reader = PackageReader.TryOpen(package)!;
        return new PackageReport(program, reader.Manifest, PackageMount.ReadText(reader, OwnLicence));
    }

    /// <summary>For people.</summary>
    public string ToText()
    {
        Table table = new("package", _program.Package);
        table.Add("program", Table.Plain(Path.GetFileName(_manifest.Program)));
        table.Add("name", Table.Plain(_program.Name));
        table.Add("version", _program.Version.Length == 0 ? "not told" : _program.Version);
        table.Add("kind", _program.IsConsole ? "console program" : "program with windows");
        table.Add("id", _manifest.Id[..ShownId]);
        table.Add("size", $"{Size.Of(_length)}, {_manifest.Members.Count.ToString(CultureInfo.InvariantCulture)} files");
        foreach ((string origin, int files, long bytes) in _origins)
        {
            table.Add("holds", $"{files.ToString(CultureInfo.InvariantCulture)} files, {Size.Of(bytes)}: {Table.Plain(origin)}");
        }
        string[] licences = [.. _manifest.Members.Where(m => m.Path.StartsWith(Licences, StringComparison.Ordinal)).Select(m => m.Path[Licences.Length..])];
        if (licences.Length != 0)
        {
            table.Add("licences", $"of {Table.Plain(string.Join(", ", licences))} (unzip -p APP {Licences}NAME); those of the program are its own");
        }
        if (_ownLicence?.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var last])
        {
            table.Add("licences", Table.Plain(last));
        }
        return table.ToString();
    }

    /// <summary>For programs.</summary>
    public string ToJson() => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("package", _program.Package);
        writer.WriteString("id", _manifest.Id);
        writer.WriteNumber("bytes", _length);
        writer.WriteString("program", Path.GetFileName(_manifest.Program));
        writer.WriteString("name", _program.Name);
        writer.WriteString("version", _program.Version);
        writer.WriteBoolean("console", _program.IsConsole);
        writer.WriteStartArray("files");
        foreach (PackageMember member in _manifest.Members)
        {
            writer.WriteStartObject();
            writer.WriteString("path", member.Path);
            writer.WriteNumber("bytes", member.Length);
            writer.WriteString("sha256", member.Sha256);
            writer.WriteString("origin", member.Origin);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
