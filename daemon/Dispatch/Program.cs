using Microsoft.AspNetCore.Builder;
using PortableVirt.Dispatch.Hosting;
using PortableVirt.Protocol.Server.Listeners;

if (args is ["--version"])
{
    Console.WriteLine("portablevirtd " + DaemonVersion.Text);
    return 0;
}

try
{
    DaemonOptions options = DaemonOptions.Parse(args);
    bool activated = Environment.GetEnvironmentVariable("LISTEN_PID") == $"{Environment.ProcessId}";
    using SocketFolder? folder = activated ? null : SocketFolder.Take(options.SocketPath, forAll: true);
    await using WebApplication app = DaemonHost.Build(options, folder);
    await app.RunAsync().ConfigureAwait(false);
    return 0;
}
catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync("portablevirtd: " + e.Message).ConfigureAwait(false);
    return 1;
}
