using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl logs.</summary>
public sealed class LogsVerb : Verb
{
    private const string Follow = "--follow";
    private const string Tail = "--tail";

    /// <inheritdoc/>
    public override string Name => "logs";

    /// <inheritdoc/>
    public override string Operands => "VM";

    /// <inheritdoc/>
    public override string Summary => "Shows what a VM that \"pvctl start\" started has written";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options =>
    [
        new(Follow, null, "go on until the VM has ended"),
        new(Tail, "SIZE", "begin at most this much before the end, as 4K or 1M"),
        new(Option.Json.Name, null, "for programs: one document a piece, the bytes in base64"),
    ];

    /// <inheritdoc/>
    public override string Notes => "The bytes are the program's own, standard output and standard error together. The last 4 MiB are kept at least.";

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands is not [string vm])
        {
            throw new UsageException("which VM? \"pvctl list\" lists them");
        }
        ReadLogsRequest request = new() { VmId = vm, Follow = arguments.Has(Follow) };
        if (arguments.Value(Tail) is { } tail)
        {
            request.LastBytes = Size.TryParse(tail, out ulong bytes) && bytes > 0 ? bytes : throw new UsageException($"{Tail} needs a size, as 4096, 4K or 1M, not \"{tail}\"");
        }
        using GrpcChannel channel = DaemonConnection.Open();
        using AsyncServerStreamingCall<LogChunk> call = channel.ServerStreamingCall(DaemonMethods.ReadLogs, request, default);
        await using Stream output = Console.OpenStandardOutput();
        while (await call.ResponseStream.MoveNext(default).ConfigureAwait(false))
        {
            LogChunk chunk = call.ResponseStream.Current;
            if (arguments.Has(Option.Json.Name))
            {
                await Console.Out.WriteAsync(ToJson(chunk)).ConfigureAwait(false);
            }
            else
            {
                await output.WriteAsync(chunk.Data.Memory).ConfigureAwait(false);
            }
        }
        return 0;
    }

    private static string ToJson(LogChunk chunk) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("offset", chunk.Offset);
        writer.WriteBase64String("data", chunk.Data.Span);
        writer.WriteEndObject();
    });
}
