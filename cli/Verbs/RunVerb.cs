using Microsoft.Win32.SafeHandles;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Packages;
using PortableVirt.Cli.Runs;
using PortableVirt.Cli.Vms;
using PortableVirt.Desktop.Files;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl run.</summary>
public sealed class RunVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "run";

    /// <inheritdoc/>
    public override string Operands => "[--] PROGRAM.exe|APP|NAME [arguments]";

    /// <inheritdoc/>
    public override string Summary => "Runs a Windows program in a VM of its own";

    /// <inheritdoc/>
    public override bool OptionsFirst => true;

    /// <inheritdoc/>
    public override int FailureCode => ExitCodes.Failed;

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [.. RunOptions.Table, .. VmOptions.Limits];

    /// <inheritdoc/>
    public override string Notes => """
        APP is a package, NAME one of "pvctl packages" or, with a daemon, of "pvctl packages --registered". The working folder and the program's folder are granted unless --private is given. With a daemon the program runs
        through it, a package only where you may not open /dev/kvm, or with --daemon; otherwise in this process; in both cases it has this command's own stdin, stdout and stderr.
        Ctrl-C, SIGTERM and SIGHUP ask the program to end. When it has not answered after half a second, the next one ends it.

        Exit code: the low byte of the program's own, or
          125  PortableVirt itself failed    126  the file cannot be run    127  the program or a DLL of it was not found
        These three always come with a line "pvctl: ..." on stderr; --status-file and --json-status tell them apart for scripts.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        if (PackageOf(arguments) is { } package)
        {
            if (arguments.Has("--system-libraries"))
            {
                throw new UsageException("--system-libraries is not for packages: they run with the DLLs that they hold");
            }
            bool isDaemons = arguments.Has(RunOptions.Daemon) || VmOptions.FirstGiven(arguments) is not null;
            if (isDaemons || (!arguments.Has(RunOptions.Embedded) && PackageLaunch.NeedsDaemon))
            {
                return await PackageLaunch.ThroughDaemonAsync(package, arguments, arguments.Has(RunOptions.Documents)).ConfigureAwait(false);
            }
            return PackageStart.Run(package, PackageOptions.Words(arguments), arguments.Operands.Skip(1));
        }

        VmApp.Core.LaunchOptions options = RunOptions.Read(arguments);
        string? statusDescriptor = arguments.Value(RunOptions.JsonStatus);
        StatusReport.Check(arguments.Value(RunOptions.StatusFile), statusDescriptor);
        options = StatusCell.Keep(options, arguments.Value(RunOptions.StatusFile), statusDescriptor);
        RunOutcome outcome = await RunAsync(options, arguments).ConfigureAwait(false);
        return await PackageLaunch.TellAsync(outcome, arguments).ConfigureAwait(false);
    }

    /// <summary>The package that is to be run, by its file or its name in the index; null when it is not one.</summary>
    private static string? PackageOf(Arguments arguments)
    {
        string word = arguments.Operands.FirstOrDefault() ?? "";
        string path = word.Length == 0 ? "" : Path.GetFullPath(word);
        if (File.Exists(path))
        {
            return PackageStart.IsPackage(path) ? path : null;
        }

        return word.Length == 0 || word.Contains('/', StringComparison.Ordinal) || UserFolders.Data is null
            ? null : PackageIndex.OfUser().Find(word)?.Package;
    }

    private static async Task<RunOutcome> RunAsync(VmApp.Core.LaunchOptions options, Arguments arguments)
    {
        bool embedded = arguments.Has(RunOptions.Embedded);
        string? limit = VmOptions.FirstGiven(arguments);
        bool daemon = arguments.Has(RunOptions.Daemon) || limit is not null;
        if (embedded && daemon)
        {
            throw new UsageException($"{RunOptions.Embedded} and {limit ?? RunOptions.Daemon} exclude each other");
        }

        try
        {
            if (!embedded)
            {
                using GrpcChannel? channel = daemon ? DaemonConnection.Open() : DaemonConnection.TryOpen(out _);
                if (channel is not null)
                {
                    RunStart start = new()
                    {
                        Name = VmOptions.ReadName(arguments),
                        Limits = VmOptions.ReadLimits(arguments),
                        Package = await RegisteredAsync(channel, options).ConfigureAwait(false),
                    };
                    return await DaemonRun.RunAsync(channel, options, start).ConfigureAwait(false);
                }
            }

            using MachineStart machine = MachineStart.Begin(KvmAccess.Open, endsAfterProcess: true);
            return EmbeddedRun.Run(options, machine);
        }
        catch (HostException e)
        {
            return RunOutcome.Failed(e.Message);
        }
    }

    /// <summary>The name of the registered package that a word means which is no file; "" where it means none.</summary>
    private static async Task<string> RegisteredAsync(GrpcChannel channel, VmApp.Core.LaunchOptions options)
    {
        string word = options.ProgramPath;
        if (word.Contains('/', StringComparison.Ordinal) || Path.Exists(Path.GetFullPath(word, options.WorkingFolder)))
        {
            return "";
        }
        try
        {
            await channel.UnaryCallAsync(DaemonMethods.InspectPackage, new InspectPackageRequest { Package = word }, DaemonConnection.Soon).ConfigureAwait(false);
            return word;
        }
        catch (GrpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument or StatusCode.Unimplemented)
        {
            // The VM-app says that there is no such program.
            return "";
        }
    }
}
