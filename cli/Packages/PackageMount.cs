using Microsoft.Win32.SafeHandles;
using PortableVirt.Analysis.Pe;
using PortableVirt.Appliance.Format;
using PortableVirt.Cli.Output;
using PortableVirt.Emulation.Io.Disk.Layers;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Launch;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Packages;

/// <summary>What of a package a VM uses, read and mapped in place: also by the VM-app, for registered packages.</summary>
internal static class PackageMount
{
    /// <summary>Folder of drive C: with the program.</summary>
    private const string ProgramFolder = "app";

    /// <summary>The program of a package, to be run with the package's files mounted.</summary>
    public static PackagedProgram Program(PackageReader reader, ReadOnlyLayer layer, PackageData? data) => new(layer, ProgramPath(reader.Manifest), data);

    /// <summary>The launch images of a package, the deep one first.</summary>
    public static IReadOnlyList<LaunchImageFile> LaunchImages(PackageReader reader)
    {
        List<LaunchImageFile> images = [];
        string? contents = null;
        foreach (PackageMember member in reader.Manifest.Members)
        {
            if (member.Path is PackageManifest.LaunchImage or PackageManifest.DeepLaunchImage)
            {
                contents ??= reader.ContentsId;
                FileExtent extent = new(reader.File, reader.Find(member).Offset, member.Length);
                images.Insert(member.Path == PackageManifest.DeepLaunchImage ? 0 : images.Count, new LaunchImageFile(extent, ProductVersion.Text, contents));
            }
        }
        return images;
    }

    /// <summary>A member as text, or null where the package has none of that path.</summary>
    public static string? ReadText(PackageReader reader, string path) => Read(reader, path) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The bytes of a member, or null where the package has none of that path.</summary>
    public static byte[]? Read(PackageReader reader, string path) =>
        reader.Manifest.Members.FirstOrDefault(m => m.Path == path) is { } member ? reader.ReadMember(member) : null;

    /// <summary>Shows the package's files where Windows has them.</summary>
    public static ReadOnlyLayer Mount(PackageReader reader)
    {
        ReadOnlyLayer layer = new(new SafeFileHandle(reader.File.DangerousGetHandle(), ownsHandle: false));
        foreach (PackageMember member in reader.Manifest.Members)
        {
            int cut = member.Path.IndexOf('/', StringComparison.Ordinal);
            if (cut < 0)
            {
                continue;
            }
            string rest = member.Path[(cut + 1)..];
            (string? path, bool isFixed) = member.Path[..cut] switch
            {
                PackageManifest.SystemFolder or PackageManifest.NlsFolder => ($"{PackagedProgram.SystemFolder}/{rest}", true),
                PackageManifest.ProgramFolder => ($"{ProgramFolder}/{rest}", false),
                PackageManifest.DriveFolder => (rest, false),
                _ => ((string?)null, false),
            };
            if (path is not null)
            {
                layer.AddFile(HostName.PathFromHost(path), reader.Find(member).Offset, member.Length, isFixed);
            }
        }
        return layer;
    }

    private static string ProgramPath(PackageManifest manifest) => HostName.PathFromHost(ProgramFolder + manifest.Program[PackageManifest.ProgramFolder.Length..]);
}
