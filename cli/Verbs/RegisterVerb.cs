using Microsoft.Win32.SafeHandles;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Packages;
using PortableVirt.Cli.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl register.</summary>
public sealed class RegisterVerb : Verb
{
    private const string AsName = "--name";
    private const string ForAll = "--for-all";

    /// <summary>A large package is copied and compared.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public override string Name => "register";

    /// <inheritdoc/>
    public override string Operands => "NAME|APP";

    /// <inheritdoc/>
    public override string Summary => "Copies a package into the daemon's store, so that VMs can be started from it";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options =>
    [
        new(AsName, "NAME", "the name in the store (default: the program's file name)"),
        new(ForAll, null, "every user may start it; for root and group portablevirt"),
        Option.Json,
    ];

    /// <inheritdoc/>
    public override string Notes => "APP is a package's file, NAME one of \"pvctl packages\". \"pvctl start\" and \"pvctl run\" start it; \"pvctl unregister\" takes it out.";

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands is not [string word])
        {
            throw new UsageException("which package? \"pvctl packages\" lists them");
        }
        string path = PackageIndex.PathOf(word);
        if (!PackageStart.IsPackage(path))
        {
            throw new FailedException($"{path} is no package: pvctl pack makes one of a program", 1);
        }
        using SafeFileHandle file = File.OpenHandle(path);
        RegisterPackageRequest request = new() { Descriptor_ = (int)file.DangerousGetHandle(), Name = arguments.Value(AsName) ?? "", ForAll = arguments.Has(ForAll), SourcePath = path };
        using GrpcChannel channel = DaemonConnection.Open();
        RegisterPackageResponse response = await channel.UnaryCallAsync(DaemonMethods.RegisterPackage, request, new CallOptions(s_limit)).ConfigureAwait(false);
        if (arguments.Has(Option.Json.Name))
        {
            await Console.Out.WriteAsync(ToJson(response)).ConfigureAwait(false);
        }
        else
        {
            await Console.Error.WriteLineAsync($"{(response.Added ? "registered" : "registered before")} as {Table.Plain(response.Package.Name)}, id {response.Package.Id}").ConfigureAwait(false);
        }
        return 0;
    }

    private static string ToJson(RegisterPackageResponse response) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteBoolean("added", response.Added);
        writer.WritePropertyName("package");
        VmJson.Write(writer, response.Package);
        writer.WriteEndObject();
    });
}
