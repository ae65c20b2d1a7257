using System.Globalization;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;
using PortableVirt.Protocol.Grpc;

namespace PortableVirt.Cli.Verbs;

/// <summary>A verb that does one thing to each VM that is named, and goes on with the others where one refuses.</summary>
public abstract class VmActionVerb : Verb
{
    private const uint DefaultGraceSeconds = 5;
    private const uint MaxGraceSeconds = 600;
    private const string Force = "--force";
    private const string Grace = "--grace";

    /// <summary>Options of verbs that end a VM.</summary>
    protected static readonly IReadOnlyList<Option> Ends =
    [
        new(Force, null, "end at once, without asking"),
        new(Grace, "SECONDS", $"time between asking and force (default {DefaultGraceSeconds.ToString(CultureInfo.InvariantCulture)})"),
    ];

    /// <inheritdoc/>
    public override string Operands => "VM...";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [Option.Json];

    /// <inheritdoc/>
    public override string Notes => "VM is a name or an id of \"pvctl list\", or as many of the id's first digits as make it unique.";

    /// <summary>What was done, as a member of the JSON: "stopped".</summary>
    protected abstract string Done { get; }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands.Count == 0)
        {
            throw new UsageException("which VM? \"pvctl list\" lists them");
        }
        uint grace = ReadGrace(arguments);
        using GrpcChannel channel = DaemonConnection.Open();
        List<(string Vm, string? Problem)> results = [];
        foreach (string vm in arguments.Operands)
        {
            try
            {
                await ActAsync(channel, vm, grace * 1000, new CallOptions(TimeSpan.FromSeconds(grace + 30))).ConfigureAwait(false);
                results.Add((vm, null));
            }
            catch (GrpcException e) when (e.InnerException is null && e.StatusCode != StatusCode.Unavailable)
            {
                results.Add((vm, DaemonConnection.Explain(e)));
                await Console.Error.WriteLineAsync("pvctl: " + results[^1].Problem).ConfigureAwait(false);
            }
        }
        if (arguments.Has(Option.Json.Name))
        {
            await Console.Out.WriteAsync(ToJson(results)).ConfigureAwait(false);
        }
        return results.Any(r => r.Problem is not null) ? 1 : 0;
    }

    /// <summary>Does it to one VM.</summary>
    /// <param name="channel">The daemon.</param>
    /// <param name="vm">The VM as the user named it.</param>
    /// <param name="graceMilliseconds">Time between asking and force.</param>
    /// <param name="options">With a time-out that fits.</param>
    protected abstract Task ActAsync(GrpcChannel channel, string vm, uint graceMilliseconds, CallOptions options);

    private string ToJson(List<(string Vm, string? Problem)> results) => Json.Document(writer =>
    {
        writer.WriteStartArray();
        foreach ((string vm, string? problem) in results)
        {
            writer.WriteStartObject();
            writer.WriteString("id", vm);
            writer.WriteBoolean(Done, problem is null);
            writer.WriteString("problem", problem);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    private static uint ReadGrace(Arguments arguments)
    {
        if (arguments.Has(Force))
        {
            return 0;
        }
        return arguments.Value(Grace) is not { } text ? DefaultGraceSeconds
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint seconds) && seconds <= MaxGraceSeconds
                ? seconds : throw new UsageException($"{Grace} needs a number of seconds from 0 to {MaxGraceSeconds.ToString(CultureInfo.InvariantCulture)}");
    }
}
