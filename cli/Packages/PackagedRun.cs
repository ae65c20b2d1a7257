using Microsoft.Win32.SafeHandles;
using PortableVirt.Appliance.Format;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Index;
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
        try
        {
            using PackageReader? reader = PackageReader.TryOpen("/proc/self/exe");
            return reader is null ? null : Run(reader, arguments);
        }
        catch (Exception e) when (e is PackageException or HostException or UsageException or IOException or UnauthorizedAccessException)
        {
            Tell(e.Message);
            return ExitCodes.Failed;
        }
    }

    private static int Run(PackageReader reader, string[] arguments)
    {
        using SafeFileHandle kvm = KvmAccess.Open();
        string folder = PackageStore.Unpack(reader, out bool isTemporary);
        try
        {
            if (UserFolders.DataHome is not null && Environment.ProcessPath is { } self)
            {
                PackageIndex.OfUser().Used(reader.Manifest.Id, self);
            }
            string[] words = Environment.GetEnvironmentVariable(PackageStart.OptionsVariable) is { Length: > 0 } text ? text.Split('\n') : [];
            string program = Path.Combine(folder, reader.Manifest.Program);
            Arguments parsed = Arguments.Parse(RunOptions.Table, [.. words, "--", program, .. arguments], optionsFirst: true);
            string? statusFile = parsed.Value(RunOptions.StatusFile);
            string? statusDescriptor = parsed.Value(RunOptions.JsonStatus);
            StatusReport.Check(statusFile, statusDescriptor);
            RunOutcome outcome = EmbeddedRun.Run(Options(parsed, program, folder), kvm);
            if (outcome.Failure is not null)
            {
                Tell(outcome.Failure);
            }
            StatusReport.Write(outcome, statusFile, statusDescriptor);
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

    private static LaunchOptions Options(Arguments parsed, string program, string folder)
    {
        LaunchOptions given = RunOptions.Read(parsed);
        Dictionary<string, string> environment = new(given.Environment, StringComparer.Ordinal);
        environment.Remove(PackageStart.OptionsVariable);
        environment.Remove(DataVariable, out string? data);
        List<Grant> grants = [.. given.Grants, new Grant(Path.GetDirectoryName(program)!, true)];
        if (!given.Private && !parsed.Has(RunOptions.Documents))
        {
            grants.Add(new Grant(given.WorkingFolder, false));
        }
        return given with
        {
            Environment = environment,
            Private = true,
            Grants = grants,
            SystemLibraryFolder = Path.Combine(folder, PackageManifest.SystemFolder),
            NlsFolder = Path.Combine(folder, PackageManifest.NlsFolder),
            DataFolder = given.DataFolder ?? (data is { Length: > 0 } ? Path.GetFullPath(data) : null),
        };
    }

    private static void Tell(string text) => Console.Error.WriteLine($"{Path.GetFileName(Environment.ProcessPath)}: {text}");
}
