using Microsoft.AspNetCore.Builder;
using PortableVirt.Dispatch.Hosting;
using PortableVirt.Dispatch.Registry;
using PortableVirt.Protocol.Server.Listeners;

const string EndVms = "--end-vms";

if (args is ["--version"])
{
    Console.WriteLine("portablevirtd " + DaemonVersion.Text);
    return 0;
}

try
{
    if (args is [EndVms, .. string[] rest])
    {
        return await VmEnder.RunAsync(DaemonOptions.Parse(rest).SocketPath).ConfigureAwait(false);
    }

    DaemonOptions options = DaemonOptions.Parse(args);
    bool activated = Environment.GetEnvironmentVariable("LISTEN_PID") == $"{Environment.ProcessId}";
    using SocketFolder? folder = activated ? null : SocketFolder.Take(options.SocketPath, forAll: true);
    using StateFolder state = StateFolder.Take(options.StatePath);

    // Not closed: threads that watch VMs may write to the registry until the process is gone.
    RegistryDatabase database = RegistryDatabase.Open(state.Database);
    await using WebApplication app = DaemonHost.Build(options, folder, state, database);
    await DaemonHost.RunAsync(app).ConfigureAwait(false);
    return 0;
}
catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException or RegistryException)
{
    await Console.Error.WriteLineAsync("portablevirtd: " + e.Message).ConfigureAwait(false);
    return 1;
}
