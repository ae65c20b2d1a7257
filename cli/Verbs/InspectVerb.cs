using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Vms;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl inspect.</summary>
public sealed class InspectVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "inspect";

    /// <inheritdoc/>
    public override string Operands => "VM|NAME";

    /// <inheritdoc/>
    public override string Summary => "Tells all about a VM or a registered package";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [Option.Json];

    /// <inheritdoc/>
    public override string Notes => "VM is a name or an id of \"pvctl list\"; NAME is a package of \"pvctl packages --registered\", for which a VM of the same name comes first.";

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands is not [string word])
        {
            throw new UsageException("which VM or package? \"pvctl list\" and \"pvctl packages --registered\" list them");
        }
        bool json = arguments.Has(Option.Json.Name);
        using GrpcChannel channel = DaemonConnection.Open();
        string text;
        try
        {
            InspectVmResponse vm = await channel.UnaryCallAsync(DaemonMethods.InspectVm, new InspectVmRequest { VmId = word }, DaemonConnection.Soon).ConfigureAwait(false);
            text = json ? VmReport.ToJson(vm) : VmReport.ToText(vm);
        }
        catch (GrpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            InspectPackageResponse? package = await FindPackageAsync(channel, word).ConfigureAwait(false);
            text = package is null ? throw new FailedException($"{word} is neither a VM nor a registered package that you may see: \"pvctl list --all\" and \"pvctl packages --registered\" list them", 1)
                : json ? RegisteredReport.ToJson(package) : RegisteredReport.ToText(package);
        }
        await Console.Out.WriteAsync(text).ConfigureAwait(false);
        return 0;
    }

    private static async Task<InspectPackageResponse?> FindPackageAsync(GrpcChannel channel, string word)
    {
        try
        {
            return await channel.UnaryCallAsync(DaemonMethods.InspectPackage, new InspectPackageRequest { Package = word }, DaemonConnection.Soon).ConfigureAwait(false);
        }
        catch (GrpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument or StatusCode.Unimplemented)
        {
            return null;
        }
    }
}
