using Microsoft.Win32.SafeHandles;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Packages;
using PortableVirt.Cli.Runs;
using PortableVirt.Cli.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl start.</summary>
public sealed class StartVerb : Verb
{
    private static readonly string[] s_runOptions =
        ["--grant", RunOptions.Documents, "--private", "--env", "--workdir", "--network", "--data", "--system-libraries", "--crash-report", "--stats", "--trace"];

    /// <inheritdoc/>
    public override string Name => "start";

    /// <inheritdoc/>
    public override string Operands => "[--] PROGRAM.exe|NAME [arguments]";

    /// <inheritdoc/>
    public override string Summary => "Starts a VM under the daemon that goes on without you";

    /// <inheritdoc/>
    public override bool OptionsFirst => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options =>
        [.. VmOptions.Limits, .. VmOptions.Restarts, .. RunOptions.Table.Where(o => s_runOptions.Contains(o.Name)), Option.Json];

    /// <inheritdoc/>
    public override string Notes => """
        NAME is a package of "pvctl packages --registered". What the program writes goes to the VM's log ("pvctl logs"); its standard input is empty. The
        VM is kept when it has ended ("pvctl list --all"), until "pvctl remove --vm" forgets it.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        VmApp.Core.LaunchOptions options = RunOptions.Read(arguments);
        string program = Path.GetFullPath(options.ProgramPath, options.WorkingFolder);
        bool isFile = options.ProgramPath.Contains('/', StringComparison.Ordinal) || File.Exists(program);
        if (isFile && PackageStart.IsPackage(program))
        {
            throw new FailedException($"{program} is a package: register it with the daemon first (pvctl register {options.ProgramPath}), then start it by its name", ExitCodes.CannotRun);
        }
        StartVmRequest request = new()
        {
            Options = LaunchMessage.Of(options),
            Package = isFile ? "" : options.ProgramPath,
            Name = VmOptions.ReadName(arguments),
            Restart = VmOptions.ReadRestart(arguments),
            Limits = VmOptions.ReadLimits(arguments),
        };
        using SafeFileHandle folder = NativeFile.Open(options.WorkingFolder, NativeFile.OPath | NativeFile.ODirectory | NativeFile.OCloExec);
        if (folder.IsInvalid)
        {
            throw new HostException($"the working folder {options.WorkingFolder} cannot be opened");
        }
        request.WorkingFolder = (int)folder.DangerousGetHandle();
        using GrpcChannel channel = DaemonConnection.Open();
        StartVmResponse response = await channel.UnaryCallAsync(DaemonMethods.StartVm, request, new CallOptions(TimeSpan.FromSeconds(30))).ConfigureAwait(false);
        await Console.Out.WriteAsync(arguments.Has(Option.Json.Name) ? Json.Document(writer => VmJson.Write(writer, response.Vm)) : response.Vm.Id + "\n").ConfigureAwait(false);
        return 0;
    }
}
