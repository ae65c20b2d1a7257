using Microsoft.Win32.SafeHandles;
using PortableVirt.Appliance.Format;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Index;
using PortableVirt.Cli.Packages;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Runs;

/// <summary>
/// Runs a package through the daemon, for users who may not open /dev/kvm: it is registered once, under a name made of its contents, and run by that name.
/// </summary>
internal static class RegisteredRun
{
    private const int MaxProgram = 40;
    private const int IdDigits = 16;

    /// <summary>A large package is copied and compared.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs it to its end.</summary>
    /// <param name="channel">The daemon.</param>
    /// <param name="package">Full path of the package.</param>
    /// <param name="options">The run.</param>
    /// <param name="start">What else the daemon is told: name, limits.</param>
    /// <exception cref="PackageException">It is damaged, or its signature is not accepted.</exception>
    /// <exception cref="GrpcException">The daemon does not register it.</exception>
    public static async Task<RunOutcome> RunAsync(GrpcChannel channel, string package, VmApp.Core.LaunchOptions options, RunStart start)
    {
        using (PackageReader reader = PackageReader.TryOpen(package) ?? throw new PackageException($"{package} is no package any more"))
        {
            PackageTrust.Require(reader);
            start.Package = NameOf(reader.Manifest);
            PackageIndex.OfUser().Used(reader.Id, package);
        }
        await RegisterAsync(channel, package, start.Package).ConfigureAwait(false);
        return await DaemonRun.RunAsync(channel, options with { DataFolder = PackageOptions.DataFolder(options) }, start).ConfigureAwait(false);
    }

    /// <summary>Takes a package out of the daemon's store that was registered for a run; does nothing where it was not, or where no daemon answers.</summary>
    /// <param name="program">Path or name of the program.</param>
    /// <param name="id">Id of the package's contents.</param>
    public static async Task ForgetAsync(string program, string id)
    {
        using GrpcChannel? channel = DaemonConnection.TryOpen(out _);
        try
        {
            if (channel is not null)
            {
                await channel.UnaryCallAsync(DaemonMethods.UnregisterPackage, new UnregisterPackageRequest { Package = NameOf(program, id) }, DaemonConnection.Soon).ConfigureAwait(false);
            }
        }
        catch (GrpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.Unimplemented or StatusCode.Unavailable)
        {
            // It was never run through the daemon.
        }
    }

    /// <summary>The name in the store: the program's for people, and the beginning of the contents' id.</summary>
    public static string NameOf(string program, string id)
    {
        string safe = string.Concat(Path.GetFileNameWithoutExtension(program).Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-').Take(MaxProgram));
        return $"app-{(safe.Length == 0 ? "program" : safe)}-{id[..IdDigits]}";
    }

    private static string NameOf(PackageManifest manifest) => NameOf(manifest.Program, manifest.Id);

    private static async Task RegisterAsync(GrpcChannel channel, string package, string name)
    {
        try
        {
            await channel.UnaryCallAsync(DaemonMethods.InspectPackage, new InspectPackageRequest { Package = name }, DaemonConnection.Soon).ConfigureAwait(false);
        }
        catch (GrpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            using SafeFileHandle file = File.OpenHandle(package);
            RegisterPackageRequest request = new() { Descriptor_ = (int)file.DangerousGetHandle(), Name = name, SourcePath = package };
            await channel.UnaryCallAsync(DaemonMethods.RegisterPackage, request, new CallOptions(s_limit)).ConfigureAwait(false);
        }
    }
}
