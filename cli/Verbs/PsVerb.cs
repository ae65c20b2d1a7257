using System.Globalization;
using System.Text.Json;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl ps.</summary>
public sealed class PsVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "ps";

    /// <inheritdoc/>
    public override string Operands => "";

    /// <inheritdoc/>
    public override string Summary => "Lists running VMs: your own; for root and group portablevirt, everybody's";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [Option.Json];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        using GrpcChannel channel = DaemonConnection.Open();
        ListVmsResponse response = await channel.UnaryCallAsync(
            DaemonMethods.ListVms, new ListVmsRequest(), new CallOptions(TimeSpan.FromSeconds(10))).ConfigureAwait(false);
        await Console.Out.WriteAsync(arguments.Has(Option.Json.Name) ? ToJson(response) : ToTable(response)).ConfigureAwait(false);
        return 0;
    }

    private static string ToTable(ListVmsResponse response)
    {
        Table table = new("ID", "UID", "PID", "STATE", "STARTED", "PROGRAM");
        foreach (Vm vm in response.Vms)
        {
            table.Add(
                vm.Id,
                vm.Uid.ToString(CultureInfo.InvariantCulture),
                vm.Pid.ToString(CultureInfo.InvariantCulture),
                StateName(vm.State),
                vm.Started.ToDateTime().ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                string.Join(' ', [vm.ProgramPath, .. vm.Arguments]));
        }

        return table.ToString();
    }

    private static string ToJson(ListVmsResponse response) => Json.Document(writer =>
    {
        writer.WriteStartArray();
        foreach (Vm vm in response.Vms)
        {
            writer.WriteStartObject();
            writer.WriteString("id", vm.Id);
            writer.WriteNumber("uid", vm.Uid);
            writer.WriteNumber("pid", vm.Pid);
            writer.WriteString("state", StateName(vm.State));
            writer.WriteString("started", vm.Started.ToDateTime());
            writer.WriteString("program", vm.ProgramPath);
            WriteArguments(writer, vm);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    private static void WriteArguments(Utf8JsonWriter writer, Vm vm)
    {
        writer.WriteStartArray("arguments");
        foreach (string argument in vm.Arguments)
        {
            writer.WriteStringValue(argument);
        }

        writer.WriteEndArray();
    }

    private static string StateName(VmState state) => state switch
    {
        VmState.Starting => "starting",
        VmState.Running => "running",
        VmState.Stopping => "stopping",
        _ => "unknown",
    };
}
