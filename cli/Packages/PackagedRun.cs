using Microsoft.Win32.SafeHandles;
using PortableVirt.Analysis.Pe;
using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Packing;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Runs;
using PortableVirt.Desktop.Files;
using PortableVirt.Emulation.Io.Disk.Layers;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Launch;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Packages;

/// <summary>Runs the program of a package, in place: the package's file is mapped and read, nothing is unpacked.</summary>
public static class PackagedRun
{
    /// <summary>Runs the program of the package that this very file is; null when it is not one.</summary>
    /// <param name="words">The command line without the file's own name.</param>
    public static int? TryRun(string[] words)
    {
        if (OwnFile.Path is not { } self)
        {
            return null;
        }
        try
        {
            using MachineStart machine = MachineStart.Begin(KvmAccess.Open, endsAfterProcess: true);
            using PackageReader? reader = PackageReader.TryOpen(self);
            return reader is null ? null : Run(reader, words, machine);
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine($"{OwnFile.Name}: {e.Message}. These options are PortableVirt's, before the program's own arguments:\n{PackageOptions.Help()}");
        }
        catch (Exception e) when (e is PackageException or HostException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{OwnFile.Name}: {e.Message}");
        }
        return ExitCodes.Failed;
    }

    private static RunOutcome Run(PackageReader reader, LaunchOptions options, bool isDocuments, UnseenLog? log, MachineStart machine)
    {
        PackageTrust.Require(reader);
        CheckedPackages.Require(reader);
        using ReadOnlyLayer layer = PackageMount.Mount(reader);
        string? folder = DataFolder(reader.Manifest, options, out bool isAsked);
        using PreparedFolder? changes = folder is null ? null : PreparedFolder.Make(folder, UserFolders.OwnerOnly);
        using PreparedFolder? recording = log is null ? null : PreparedFolder.Make(log.Folder, UserFolders.OwnerOnly);
        using PackageData? data = folder is null ? null : PackageData.Open(folder, isAsked);
        RunCell cell = options.Cell ?? new RunCell();
        return EmbeddedRun.Run(
            options with
            {
                Cell = cell with { Paths = [.. cell.Paths, .. changes?.Paths ?? [], .. recording?.Paths ?? []] },
                Private = true,
                Grants = options.Private || isDocuments ? options.Grants : [new Grant(options.WorkingFolder, false), .. options.Grants],
                DataFolder = null,
                Package = PackageMount.Program(reader, layer, data),
                LaunchImages = PackageMount.LaunchImages(reader),
            },
            machine);
    }

    private static int Run(PackageReader reader, string[] words, MachineStart machine)
    {
        Arguments arguments = PackageOptions.Read(words, reader.Manifest.Program);
        if (arguments.Help)
        {
            Console.WriteLine($"{OwnFile.Name}: a Windows program in a package of PortableVirt. Options before the program's own:\n{PackageOptions.Help()}");
            return 0;
        }
        if (arguments.Has(PackageOptions.Check))
        {
            PackageTrust.Require(reader);
            reader.Check();
            Console.WriteLine($"{OwnFile.Name}: every byte is as it was packed; {PackageTrust.Describe(reader)}");
            return 0;
        }
        string? statusFile = arguments.Value(RunOptions.StatusFile);
        string? statusDescriptor = arguments.Value(RunOptions.JsonStatus);
        StatusReport.Check(statusFile, statusDescriptor);
        if (UserFolders.Data is not null && Environment.ProcessPath is { } self)
        {
            PackageIndex.OfUser().Used(reader.Id, self);
        }
        if (!machine.HasDevice)
        {
            DaemonFallback.TryRun(words);
        }
        UnseenLog? log = UnseenLog.Of(reader.Id);
        PackageUnseen? unseen = PackageUnseen.Create(PackageMount.ReadText(reader, PackageFacts.PolicyPath), PackageMount.Read(reader, PackageFacts.SeenPath), log);
        LaunchOptions options = StatusCell.Keep(RunOptions.Read(arguments) with { Unseen = unseen?.Guard }, statusFile, statusDescriptor);
        RunOutcome outcome = Run(reader, options, arguments.Has(RunOptions.Documents), unseen is null ? null : log, machine);
        foreach (string line in unseen?.Tell(Environment.ProcessPath ?? OwnFile.Name) ?? [])
        {
            Console.Error.WriteLine($"{OwnFile.Name}: {line}");
        }
        if (outcome.Failure is not null)
        {
            Console.Error.WriteLine($"{OwnFile.Name}: {outcome.Failure}");
        }
        StatusReport.Write(outcome, statusFile, statusDescriptor);
        return outcome.ExitCode;
    }

    private static string? DataFolder(PackageManifest manifest, LaunchOptions options, out bool isAsked)
    {
        string? asked = PackageOptions.DataFolder(options);
        isAsked = asked is not null;
        return asked ?? PackageData.FolderOf(manifest);
    }
}
