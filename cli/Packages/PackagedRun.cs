using Microsoft.Win32.SafeHandles;
using PortableVirt.Appliance.Format;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Runs;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Packages;

/// <summary>Runs the program of the package that this very file is.</summary>
public static class PackagedRun
{
    /// <summary>Environment variable with a folder that keeps the program's C: drive and registry; without, they go with the run.</summary>
    public const string DataVariable = "PORTABLEVIRT_DATA";

    /// <summary>Runs it when this executable is a package; null when it is not.</summary>
    /// <param name="arguments">The program's arguments.</param>
    public static int? TryRun(string[] arguments)
    {
        string? self = Environment.ProcessPath;
        if (self is null)
        {
            return null;
        }
        try
        {
            using PackageReader? reader = PackageReader.TryOpen("/proc/self/exe");
            return reader is null ? null : Run(reader, arguments);
        }
        catch (Exception e) when (e is PackageException or HostException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{Path.GetFileName(self)}: {e.Message}");
            return ExitCodes.Failed;
        }
    }

    private static int Run(PackageReader reader, string[] arguments)
    {
        using SafeFileHandle kvm = KvmAccess.Open();
        string folder = PackageStore.Unpack(reader, out bool isTemporary);
        try
        {
            string current = Directory.GetCurrentDirectory();
            string program = Path.Combine(folder, reader.Manifest.Program);
            Dictionary<string, string> environment = RunOptions.CurrentEnvironment();
            environment.Remove(DataVariable, out string? data);
            RunOutcome outcome = EmbeddedRun.Run(
                new LaunchOptions
                {
                    ProgramPath = program,
                    Arguments = arguments,
                    WorkingFolder = current,
                    Environment = environment,
                    Private = true,
                    Grants = [new Grant(current, false), new Grant(Path.GetDirectoryName(program)!, true)],
                    SystemLibraryFolder = Path.Combine(folder, PackageManifest.SystemFolder),
                    NlsFolder = Path.Combine(folder, PackageManifest.NlsFolder),
                    DataFolder = data is { Length: > 0 } ? Path.GetFullPath(data) : null,
                },
                kvm);
            if (outcome.Failure is not null)
            {
                Console.Error.WriteLine($"{Path.GetFileName(Environment.ProcessPath)}: {outcome.Failure}");
            }
            return outcome.ExitCode;
        }
        finally
        {
            if (isTemporary)
            {
                Directory.Delete(folder, true);
            }
        }
    }
}
