using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.V1;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Runs;

/// <summary>Which way a package runs: in its own process where the user may open /dev/kvm, else through the daemon.</summary>
internal static class PackageLaunch
{
    /// <summary>The user may not open /dev/kvm, and a daemon answers.</summary>
    public static bool NeedsDaemon
    {
        get
        {
            if (KvmAccess.MayOpen)
            {
                return false;
            }
            using GrpcChannel? channel = DaemonConnection.TryOpen(out _);
            return channel is not null;
        }
    }

    /// <summary>Runs a package through the daemon, and tells how it ended.</summary>
    /// <param name="package">Full path of the package.</param>
    /// <param name="arguments">The verb's command line: the package, then the program's arguments.</param>
    /// <param name="isDocuments">Arguments that name files are documents, and nothing but these is granted.</param>
    /// <returns>Exit code of pvctl.</returns>
    public static async Task<int> ThroughDaemonAsync(string package, Arguments arguments, bool isDocuments)
    {
        if (arguments.Has(RunOptions.Embedded))
        {
            throw new UsageException($"{RunOptions.Embedded} and {VmOptions.FirstGiven(arguments) ?? RunOptions.Daemon} exclude each other");
        }
        StatusReport.Check(arguments.Value(RunOptions.StatusFile), arguments.Value(RunOptions.JsonStatus));
        VmApp.Core.LaunchOptions options = RunOptions.Read(arguments) with { ProgramPath = package, SystemLibraryFolder = null };
        if (isDocuments)
        {
            options = arguments.Has(RunOptions.Documents) ? options : DocumentArguments.Apply(options, keepFolder: arguments.Has("--workdir"));
            options = options with { Private = true };
        }
        RunStart start = new() { Name = VmOptions.ReadName(arguments), Limits = VmOptions.ReadLimits(arguments) };
        RunOutcome outcome;
        try
        {
            using GrpcChannel channel = DaemonConnection.Open();
            outcome = await RegisteredRun.RunAsync(channel, package, options, start).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HostException or GrpcException)
        {
            outcome = RunOutcome.Failed(e is GrpcException grpc ? DaemonConnection.Explain(grpc) : e.Message);
        }
        return await TellAsync(outcome, arguments).ConfigureAwait(false);
    }

    /// <summary>Tells how a run ended, on standard error and where the options ask for it.</summary>
    /// <returns>Exit code of pvctl.</returns>
    public static async Task<int> TellAsync(RunOutcome outcome, Arguments arguments)
    {
        if (outcome.Failure is not null)
        {
            await Console.Error.WriteLineAsync("pvctl: " + outcome.Failure).ConfigureAwait(false);
        }
        StatusReport.Write(outcome, arguments.Value(RunOptions.StatusFile), arguments.Value(RunOptions.JsonStatus));
        return outcome.ExitCode;
    }
}
