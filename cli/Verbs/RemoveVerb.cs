using PortableVirt.Appliance.Format;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Runs;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl remove.</summary>
public sealed class RemoveVerb : Verb
{
    private const string Data = "--data";
    private const string KeepData = "--keep-data";
    private const string AlsoFile = "--file";
    private const string Vm = "--vm";

    /// <inheritdoc/>
    public override string Name => "remove";

    /// <inheritdoc/>
    public override string Operands => "NAME|FILE|ID|VM...";

    /// <inheritdoc/>
    public override string Summary => "Removes packages with all that they left on this computer; or forgets VMs that have ended";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options =>
    [
        new(Data, null, "remove the program's data (its C: drive and registry) too"),
        new(KeepData, null, "keep the program's data"),
        new(AlsoFile, null, "remove the file too of a package that pvctl pack made"),
        new(Vm, null, "the operands are VMs that have ended: the daemon forgets them, with their logs"),
        Option.Json,
    ];

    /// <inheritdoc/>
    public override string Notes => """
        A package is named as in "pvctl packages": by its program, its file, or at least four first digits of its id. Links, unpacked files and the entry
        go; so does a file that pvctl open made. Where the program has data and neither option says what becomes of it, you are asked on a terminal;
        elsewhere it is kept, and where it is is said.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Has(Vm))
        {
            return ((string[])[Data, KeepData, AlsoFile]).FirstOrDefault(arguments.Has) is { } other
                ? throw new UsageException($"{other} is for packages, not for VMs")
                : await new VmRemoval().RunAsync(arguments).ConfigureAwait(false);
        }
        if (arguments.Operands.Count == 0)
        {
            throw new UsageException("which package? \"pvctl packages\" lists them");
        }
        if (arguments.Has(Data) && arguments.Has(KeepData))
        {
            throw new UsageException($"{Data} and {KeepData} exclude each other");
        }
        List<PackageRemoval> removals = [.. arguments.Operands.Select(Find)];
        foreach (PackageRemoval removal in removals)
        {
            removal.Remove(arguments.Has(AlsoFile), WithData(removal, arguments));
            await RegisteredRun.ForgetAsync(removal.Package.Program, removal.Package.Id).ConfigureAwait(false);
            foreach (string kept in removal.Kept)
            {
                await Console.Error.WriteLineAsync($"pvctl: kept: {kept}").ConfigureAwait(false);
            }
        }
        if (arguments.Has(Option.Json.Name))
        {
            await Console.Out.WriteAsync(ToJson(removals)).ConfigureAwait(false);
        }
        return 0;
    }

    private static PackageRemoval Find(string word)
    {
        PackageIndex index = PackageIndex.OfUser();
        if (index.Find(word) is { } entry)
        {
            return new PackageRemoval(index, entry, isIndexed: true);
        }
        string path = Path.GetFullPath(word);
        using PackageReader? reader = File.Exists(path) ? PackageReader.TryOpen(path) : null;
        return reader is not null
            ? new PackageRemoval(index, IndexEntries.Of(path, reader.Manifest), isIndexed: false)
            : throw new FailedException($"{word} is no package that is known here: see \"pvctl packages\"", 1);
    }

    private static bool WithData(PackageRemoval removal, Arguments arguments)
    {
        if (arguments.Has(Data) || arguments.Has(KeepData) || removal.DataFolder is not { } folder)
        {
            return arguments.Has(Data);
        }
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
        {
            return false;
        }
        Console.Error.Write($"The program's data is in {folder}. Remove it too? [y/N] ");
        return Console.ReadLine() is "y" or "Y" or "yes";
    }

    private static string ToJson(List<PackageRemoval> removals) => Json.Document(writer =>
    {
        writer.WriteStartArray();
        foreach (PackageRemoval removal in removals)
        {
            writer.WriteStartObject();
            writer.WriteString("package", removal.Package.Package);
            writer.WriteString("id", removal.Package.Id);
            foreach ((string name, IReadOnlyList<string> paths) in ((string, IReadOnlyList<string>)[])[("removed", removal.Removed), ("kept", removal.Kept)])
            {
                writer.WriteStartArray(name);
                foreach (string path in paths)
                {
                    writer.WriteStringValue(path);
                }
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    /// <summary>"pvctl remove --vm".</summary>
    private sealed class VmRemoval : VmActionVerb
    {
        public override string Name => "remove";

        public override string Summary => "";

        protected override string Done => "removed";

        protected override Task ActAsync(GrpcChannel channel, string vm, uint graceMilliseconds, CallOptions options) =>
            channel.UnaryCallAsync(DaemonMethods.RemoveVm, new RemoveVmRequest { VmId = vm }, options);
    }
}
