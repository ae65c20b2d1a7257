using PortableVirt.Appliance.Format;

namespace PortableVirt.Cli.Packages;

/// <summary>
/// Unpacked packages of this user, by the id of their contents. A package is unpacked beside its place and renamed, so that half of one is never used;
/// what a killed start left is removed by the next.
/// </summary>
public static class PackageStore
{
    private const string Unfinished = ".new";

    /// <summary>The folder of an unpacked package; unpacks it when it is not there yet. Where no folder of the user can be written, a temporary one.</summary>
    /// <param name="reader">The package.</param>
    /// <param name="isTemporary">True when the caller deletes the folder at the end.</param>
    public static string Unpack(PackageReader reader, out bool isTemporary)
    {
        isTemporary = false;
        string id = reader.Manifest.Id;
        foreach (string root in Roots())
        {
            string folder = Path.Combine(root, id);
            if (Directory.Exists(folder))
            {
                return folder;
            }
            try
            {
                Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                Sweep(root);
                string fresh = Path.Combine(root, $"{id}.{Environment.ProcessId}{Unfinished}");
                UnpackTo(reader, fresh);
                return Publish(fresh, folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not writable or full: the next one.
            }
        }
        isTemporary = true;
        string temporary = Directory.CreateTempSubdirectory("portablevirt-package-").FullName;
        UnpackTo(reader, temporary);
        return temporary;
    }

    private static string Publish(string fresh, string folder)
    {
        try
        {
            Directory.Move(fresh, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another start was faster.
            Directory.Delete(fresh, true);
        }
        return folder;
    }

    /// <summary>The user's own folders only: what lies there was written by this user.</summary>
    private static IEnumerable<string> Roots()
    {
        string? home = Environment.GetEnvironmentVariable("HOME");
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given ? given : home is { Length: > 0 } ? Path.Combine(home, ".cache") : null;
        foreach (string? parent in (string?[])[cache, Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")])
        {
            if (parent is { Length: > 0 } && Path.IsPathRooted(parent))
            {
                yield return Path.Combine(parent, "portablevirt", "packages");
            }
        }
    }

    private static void UnpackTo(PackageReader reader, string folder)
    {
        try
        {
            foreach (PackageMember member in reader.Manifest.Members)
            {
                string target = Path.Combine(folder, member.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                reader.Extract(member, target);
            }
        }
        catch
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, true);
            }
            throw;
        }
    }

    private static void Sweep(string root)
    {
        foreach (string folder in Directory.EnumerateDirectories(root, "*" + Unfinished))
        {
            string[] parts = Path.GetFileName(folder).Split('.');
            if (parts.Length == 3 && int.TryParse(parts[1], out int process) && !Directory.Exists($"/proc/{process}"))
            {
                Directory.Delete(folder, true);
            }
        }
    }
}
