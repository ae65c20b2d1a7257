using System.Globalization;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl stop.</summary>
public sealed class StopVerb : Verb
{
    private const uint DefaultGraceSeconds = 5;
    private const uint MaxGraceSeconds = 600;

    /// <inheritdoc/>
    public override string Name => "stop";

    /// <inheritdoc/>
    public override string Operands => "VM...";

    /// <inheritdoc/>
    public override string Summary => "Stops VMs: asks the program first, forces the end after a grace time";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options =>
    [
        new("--force", null, "end at once, without asking"),
        new("--grace", "SECONDS", $"time between asking and force (default {DefaultGraceSeconds})"),
        Option.Json,
    ];

    /// <inheritdoc/>
    public override string Notes => "VM is an id of \"pvctl ps\", or as many of its first digits as make it unique.";

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands.Count == 0)
        {
            throw new UsageException("which VM?");
        }

        uint grace = arguments.Has("--force") ? 0 : ParseGrace(arguments.Value("--grace"));
        using GrpcChannel channel = DaemonConnection.Open();
        List<(string Id, string? Problem)> ends = [];
        foreach (string id in arguments.Operands)
        {
            try
            {
                await channel.UnaryCallAsync(
                    DaemonMethods.StopVm,
                    new StopVmRequest { VmId = id, GraceMilliseconds = grace * 1000 },
                    new CallOptions(TimeSpan.FromSeconds(grace + 30))).ConfigureAwait(false);
                ends.Add((id, null));
            }
            catch (GrpcException e) when (e.InnerException is null)
            {
                ends.Add((id, DaemonConnection.Explain(e)));
                await Console.Error.WriteLineAsync("pvctl: " + ends[^1].Problem).ConfigureAwait(false);
            }
        }

        if (arguments.Has(Option.Json.Name))
        {
            await Console.Out.WriteAsync(ToJson(ends)).ConfigureAwait(false);
        }
        return ends.Any(end => end.Problem is not null) ? 1 : 0;
    }

    private static string ToJson(List<(string Id, string? Problem)> ends) => Json.Document(writer =>
    {
        writer.WriteStartArray();
        foreach ((string id, string? problem) in ends)
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteBoolean("stopped", problem is null);
            writer.WriteString("problem", problem);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    private static uint ParseGrace(string? text)
    {
        if (text is null)
        {
            return DefaultGraceSeconds;
        }

        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint seconds) && seconds <= MaxGraceSeconds
            ? seconds
            : throw new UsageException($"--grace needs a number of seconds from 0 to {MaxGraceSeconds}");
    }
}
