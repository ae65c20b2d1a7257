using System.Globalization;
using PortableVirt.Cli.Output;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Vms;

/// <summary>What pvctl tells of packages in the daemon's store.</summary>
internal static class RegisteredReport
{
    /// <summary>One, for people.</summary>
    public static string ToText(InspectPackageResponse report)
    {
        RegisteredPackage package = report.Package;
        Table table = new("name", Table.Plain(package.Name));
        table.Add("id", package.Id);
        table.Add("program", Table.Plain(package.Program));
        table.Add("owner", package.Uid.ToString(CultureInfo.InvariantCulture) + (package.ForAll ? ", for all users" : ""));
        table.Add("size", Size.Of((long)package.Size));
        table.Add("sha256", package.Sha256);
        table.Add("signed", package.KeyFingerprint.Length == 0 ? "no" : $"by {(package.KeyName.Length == 0 ? "an unknown key" : Table.Plain(package.KeyName))}, {package.KeyFingerprint}");
        table.Add("registered", VmText.Of(package.Registered));
        table.Add("from", Table.Plain(package.SourcePath));
        table.Add("store", report.StorePath);
        table.Add("VMs", report.VmIds.Count == 0 ? "none" : string.Join(", ", report.VmIds));
        return table.ToString();
    }

    /// <summary>One, for programs.</summary>
    public static string ToJson(InspectPackageResponse report) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("package");
        VmJson.Write(writer, report.Package);
        writer.WriteString("store", report.StorePath);
        VmJson.WriteStrings(writer, "vms", report.VmIds);
        writer.WriteEndObject();
    });

    /// <summary>All, for people.</summary>
    public static string ToTable(IEnumerable<RegisteredPackage> packages)
    {
        Table table = new("NAME", "ID", "SIZE", "OWNER", "REGISTERED", "SIGNED BY", "FROM");
        foreach (RegisteredPackage package in packages)
        {
            table.Add(
                Table.Plain(package.Name), package.Id, Size.Of((long)package.Size), package.ForAll ? "all" : package.Uid.ToString(CultureInfo.InvariantCulture),
                VmText.Of(package.Registered), package.KeyFingerprint.Length == 0 ? "-" : package.KeyName.Length == 0 ? "unknown" : Table.Plain(package.KeyName), Table.Plain(package.SourcePath));
        }
        return table.ToString();
    }

    /// <summary>All, for programs.</summary>
    public static string ToJson(IEnumerable<RegisteredPackage> packages) => Json.Document(writer =>
    {
        writer.WriteStartArray();
        foreach (RegisteredPackage package in packages)
        {
            VmJson.Write(writer, package);
        }
        writer.WriteEndArray();
    });
}
