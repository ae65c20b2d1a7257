using Microsoft.Win32.SafeHandles;
using PortableVirt.Appliance.Format;
using PortableVirt.Cli.Output;
using PortableVirt.Desktop.Files;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Cli.Packages;

/// <summary>
/// Compares a package with what was packed before it is used, once for each state of its file: that a file was found whole is noted in the user's cache
/// with what the kernel changes at every write (<see cref="FileIdentity"/>), a line for each copy of the package, the last checked first. Without a cache that can
/// be written, every start compares.
/// </summary>
internal static class CheckedPackages
{
    /// <summary>Copies that are remembered.</summary>
    private const int Copies = 8;

    /// <summary>Compares the package unless it was found whole before.</summary>
    /// <exception cref="PackageException">It is damaged; the message names the part.</exception>
    public static void Require(PackageReader reader)
    {
        string? identity = FileIdentity.Describe(reader.File);
        string? note = identity is not null && UserFolders.Cache is { } cache ? Path.Combine(cache, "checked", reader.Id) : null;
        string[] noted = note is not null && File.Exists(note) ? Noted(note) : [];
        if (noted.Contains(identity))
        {
            return;
        }
        reader.Check();
        if (note is not null)
        {
            TryNote(note, string.Join('\n', noted.Take(Copies - 1).Prepend(identity)));
        }
    }

    private static string[] Noted(string note)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(note);
            byte[] text = new byte[Copies * 256];
            int length = RandomAccess.Read(file, text, 0);
            return System.Text.Encoding.UTF8.GetString(text, 0, length).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static void TryNote(string note, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(note)!, UserFolders.OwnerOnly);
            WholeFile.Write(note, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nowhere to note it: the next start compares again.
        }
    }
}
