using System.Runtime.InteropServices;
using PortableVirt.Appliance.Format;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Runs;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Packages;

/// <summary>Starts a package in the place of this process: a package always runs by the runner that it was made with.</summary>
public static class PackageStart
{
    /// <summary>True for a file that is a package; false also for one that may not be read.</summary>
    /// <exception cref="PackageException">It is one, but damaged.</exception>
    public static bool IsPackage(string path)
    {
        try
        {
            using PackageReader? reader = File.Exists(path) && IsElf(path) ? PackageReader.TryOpen(path) : null;
            return reader is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Starts it. Returns only by an exception.</summary>
    /// <param name="package">Full path of the package.</param>
    /// <param name="options">Options for it (<see cref="PackageOptions"/>) and their values.</param>
    /// <param name="arguments">The program's arguments.</param>
    /// <exception cref="FailedException">It cannot be started.</exception>
    /// <exception cref="PackageException">It is damaged, or its signature is not accepted.</exception>
    public static int Run(string package, IEnumerable<string> options, IEnumerable<string> arguments)
    {
        using (PackageReader? reader = PackageReader.TryOpen(package))
        {
            // By this program's own code: what a package's runner says of itself is worth as much as the package.
            if (reader is not null)
            {
                PackageTrust.Require(reader);
                CheckedPackages.Require(reader);
            }
        }
        string?[] environment = [.. RunOptions.CurrentEnvironment().Select(v => $"{v.Key}={v.Value}"), null];
        NativeProcess.ExecVe(package, [package, .. options, .. arguments, null], environment);
        int error = Marshal.GetLastPInvokeError();
        throw new FailedException(
            error == NativeProcess.NoAccess
                ? $"{package} may not be executed: chmod +x it; or its drive is mounted with noexec, then copy it elsewhere"
                : $"{package} cannot be started: {Marshal.GetPInvokeErrorMessage(error)}",
            ExitCodes.CannotRun);
    }

    private static bool IsElf(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        Span<byte> magic = stackalloc byte[4];
        return file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.SequenceEqual("\u007fELF"u8);
    }
}
