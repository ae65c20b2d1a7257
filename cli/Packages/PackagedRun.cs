using Microsoft.Win32.SafeHandles;
using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Packing;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Runs;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Packages;

/// <summary>Runs the program of the package that this very file is.</summary>
public static class PackagedRun
{
    /// <summary>Runs it when this executable is a package; null when it is not.</summary>
    /// <param name="words">The command line without the file's own name.</param>
    public static int? TryRun(string[] words)
    {
        try
        {
            using PackageReader? reader = PackageReader.TryOpen("/proc/self/exe");
            return reader is null ? null : Run(reader, words);
        }
        catch (UsageException e)
        {
            Tell($"{e.Message}. These options are PortableVirt's, before the program's own arguments:\n{PackageOptions.Help()}");
            return ExitCodes.Failed;
        }
        catch (Exception e) when (e is PackageException or HostException or IOException or UnauthorizedAccessException)
        {
            Tell(e.Message);
            return ExitCodes.Failed;
        }
    }

    private static int Run(PackageReader reader, string[] words)
    {
        Arguments arguments = PackageOptions.Read(words, reader.Manifest.Program);
        if (arguments.Help)
        {
            Console.Out.Write($"A Windows program in a package of PortableVirt. Options before the program's own arguments:\n{PackageOptions.Help()}");
            return 0;
        }
        using SafeFileHandle kvm = KvmAccess.Open();
        string folder = PackageStore.Unpack(reader, out bool isTemporary);
        try
        {
            if (UserFolders.Data is not null && Environment.ProcessPath is { } self)
            {
                PackageIndex.OfUser().Used(reader.Manifest.Id, self);
            }
            string program = Path.Combine(folder, reader.Manifest.Program);
            string? statusFile = arguments.Value(RunOptions.StatusFile);
            string? statusDescriptor = arguments.Value(RunOptions.JsonStatus);
            StatusReport.Check(statusFile, statusDescriptor);
            PackageUnseen? unseen = PackageUnseen.Create(
                ReadText(folder, PackageFacts.PolicyPath), ReadText(folder, PackageFacts.SeenPath), UnseenLog.Of(reader.Manifest.Id));
            RunOutcome outcome = EmbeddedRun.Run(Options(arguments, program, folder) with { Unseen = unseen?.Guard }, kvm);
            foreach (string line in unseen?.Tell(Environment.ProcessPath ?? "APP") ?? [])
            {
                Tell(line);
            }
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

    private static string? ReadText(string folder, string member)
    {
        string path = Path.Combine(folder, member);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    private static LaunchOptions Options(Arguments arguments, string program, string folder)
    {
        LaunchOptions given = RunOptions.Read(arguments);
        Dictionary<string, string> environment = new(given.Environment, StringComparer.Ordinal);
        environment.Remove(PackageOptions.DataVariable, out string? data);
        List<Grant> grants = [.. given.Grants, new Grant(Path.GetDirectoryName(program)!, true)];
        if (!given.Private && !arguments.Has(RunOptions.Documents))
        {
            grants.Add(new Grant(given.WorkingFolder, false));
        }
        return given with
        {
            ProgramPath = program,
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
