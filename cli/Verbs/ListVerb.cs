using System.Globalization;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl list.</summary>
public sealed class ListVerb : Verb
{
    private const string All = "--all";

    /// <inheritdoc/>
    public override string Name => "list";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["ps"];

    /// <inheritdoc/>
    public override string Operands => "";

    /// <inheritdoc/>
    public override string Summary => "Lists VMs: your own; for root and group portablevirt, everybody's";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [new(All, null, "those that have ended, too"), Option.Json];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands.Count != 0)
        {
            throw new UsageException("list takes no operands; \"pvctl inspect VM\" tells about one");
        }
        using GrpcChannel channel = DaemonConnection.Open();
        ListVmsResponse response = await channel.UnaryCallAsync(
            DaemonMethods.ListVms, new ListVmsRequest { All = arguments.Has(All) }, DaemonConnection.Soon).ConfigureAwait(false);
        await Console.Out.WriteAsync(arguments.Has(Option.Json.Name) ? ToJson(response) : ToTable(response)).ConfigureAwait(false);
        return 0;
    }

    private static string ToTable(ListVmsResponse response)
    {
        Table table = new("ID", "NAME", "UID", "PID", "STATE", "STARTED", "PROGRAM");
        foreach (Vm vm in response.Vms)
        {
            table.Add(
                vm.Id,
                vm.Name.Length == 0 ? "-" : Table.Plain(vm.Name),
                vm.Uid.ToString(CultureInfo.InvariantCulture),
                vm.Pid == 0 ? "-" : vm.Pid.ToString(CultureInfo.InvariantCulture),
                vm.Exit is null ? VmText.Of(vm.State) : $"{VmText.Of(vm.State)} ({vm.Exit.ExitCode.ToString(CultureInfo.InvariantCulture)})",
                VmText.Of(vm.Started),
                Table.Plain(VmText.ShortProgram(vm)));
        }
        return table.ToString();
    }

    private static string ToJson(ListVmsResponse response) => Json.Document(writer =>
    {
        writer.WriteStartArray();
        foreach (Vm vm in response.Vms)
        {
            VmJson.Write(writer, vm);
        }
        writer.WriteEndArray();
    });
}
