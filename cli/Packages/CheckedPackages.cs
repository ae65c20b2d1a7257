using Microsoft.Win32.SafeHandles;
using PortableVirt.Appliance.Format;
using PortableVirt.Cli.Output;
using PortableVirt.Desktop.Files;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Cli.Packages;

/// <summary>
/// Compares a package with what was packed before it is used, once for each state of its file: that a file was found whole is noted in the user's cache
/// with what the kernel changes at every write (<see cref="FileIdentity"/>). Without a cache that can be written, every start compares.
/// </summary>
internal static class CheckedPackages
{
    /// <summary>Compares the package unless it was found whole before.</summary>
    /// <exception cref="PackageException">It is damaged; the message names the part.</exception>
    public static void Require(PackageReader reader)
    {
        string? identity = FileIdentity.Describe(reader.File);
        string? note = identity is not null && UserFolders.Cache is { } cache ? Path.Combine(cache, "checked", reader.Id) : null;
        if (note is not null && File.Exists(note) && IsNoted(note, identity!))
        {
            return;
        }
        reader.Check();
        if (note is not null)
        {
            TryNote(note, identity!);
        }
    }

    private static bool IsNoted(string note, string identity)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(note);
            byte[] text = new byte[512];
            int length = RandomAccess.Read(file, text, 0);
            return System.Text.Encoding.UTF8.GetString(text, 0, length) == identity;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void TryNote(string note, string identity)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(note)!, UserFolders.OwnerOnly);
            WholeFile.Write(note, identity);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nowhere to note it: the next start compares again.
        }
    }
}
