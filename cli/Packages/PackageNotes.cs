using System.Reflection;
using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Packing;

namespace PortableVirt.Cli.Packages;

/// <summary>Licences of what a package holds: of the runner's parts, which are in this program, and of Debian's libwine.</summary>
internal static class PackageNotes
{
    private const string DebianCopyright = "/usr/share/doc/libwine/copyright";
    private const string DebianStatus = "/var/lib/dpkg/status";

    /// <summary>The licences as members.</summary>
    /// <param name="isDebian">The system library is Debian's libwine.</param>
    public static IReadOnlyList<PackedFile> Read(bool isDebian)
    {
        List<PackedFile> notes = [];
        Assembly assembly = typeof(PackageNotes).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(PackageManifest.LicenceFolder + "/", StringComparison.Ordinal)))
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            byte[] text = new byte[stream.Length];
            stream.ReadExactly(text);
            notes.Add(new PackedFile(name, text, "PortableVirt"));
        }
        if (isDebian && File.Exists(DebianCopyright))
        {
            notes.Add(new PackedFile($"{PackageManifest.LicenceFolder}/libwine", File.ReadAllBytes(DebianCopyright), DebianName()));
        }
        return notes;
    }

    /// <summary>"libwine" and its version, as dpkg knows it.</summary>
    public static string DebianName()
    {
        const string package = "Package: libwine", version = "Version: ";
        bool isInside = false;
        foreach (string line in File.Exists(DebianStatus) ? File.ReadLines(DebianStatus) : [])
        {
            isInside = line.Length != 0 && (isInside || line == package);
            if (isInside && line.StartsWith(version, StringComparison.Ordinal))
            {
                return "libwine " + line[version.Length..];
            }
        }
        return "libwine";
    }
}
