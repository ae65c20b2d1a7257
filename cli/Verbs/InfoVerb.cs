using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Packages;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl info.</summary>
public sealed class InfoVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "info";

    /// <inheritdoc/>
    public override string Operands => "[NAME|APP]";

    /// <inheritdoc/>
    public override string Summary => "Shows the daemon, this host's KVM and where runs happen; or what a package holds";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [Option.Json];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands is [string word])
        {
            PackageReport package = PackageReport.Read(PackageIndex.PathOf(word));
            await Console.Out.WriteAsync(arguments.Has(Option.Json.Name) ? package.ToJson() : package.ToText()).ConfigureAwait(false);
            return 0;
        }
        if (arguments.Operands.Count != 0)
        {
            throw new UsageException("which package?");
        }

        HostReport report = await HostReport.MakeAsync().ConfigureAwait(false);
        await Console.Out.WriteAsync(arguments.Has(Option.Json.Name) ? ToJson(report) : ToText(report)).ConfigureAwait(false);
        return 0;
    }

    private static string ToText(HostReport report)
    {
        Table table = new("pvctl", report.Version);
        table.Add("daemon", report.DaemonVersion is null ? $"none: {report.DaemonProblem}" : $"{report.DaemonVersion}, process {report.DaemonPid}, {report.VmCount} VMs");
        table.Add("KVM", KvmReport.Describe(report.Kvm));
        table.Add("runs", report.RunsThrough);
        return table.ToString();
    }

    private static string ToJson(HostReport report) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("version", report.Version);
        writer.WriteString("daemonVersion", report.DaemonVersion);
        writer.WriteString("daemonProblem", report.DaemonProblem);
        writer.WriteNumber("daemonPid", report.DaemonPid);
        writer.WriteNumber("vmCount", report.VmCount);
        writer.WriteStartObject("kvm");
        writer.WriteBoolean("usable", report.Kvm.Usable);
        writer.WriteString("problem", report.Kvm.Problem);
        writer.WriteString("kind", report.Kvm.Kind.ToString());
        writer.WriteBoolean("syscallEntersCpl0", report.Kvm.SyscallEntersCpl0);
        writer.WriteNumber("maxVcpus", report.Kvm.MaxVcpus);
        writer.WriteNumber("maxMemorySlots", report.Kvm.MaxMemorySlots);
        writer.WriteNumber("physicalAddressBits", report.Kvm.PhysicalAddressBits);
        writer.WriteEndObject();
        writer.WriteString("runs", report.RunsThrough);
        writer.WriteEndObject();
    });
}
