using Microsoft.AspNetCore.Builder;
using PortableVirt.Agent;
using PortableVirt.Protocol.Server.Listeners;
using PortableVirt.Protocol.Sockets;

if (args is ["--version"])
{
    Console.WriteLine("portablevirt-agent " + (typeof(AgentHost).Assembly.GetName().Version?.ToString(3) ?? "0.0.0"));
    return 0;
}

try
{
    string? path = args is ["--socket", { } given] ? Path.GetFullPath(given) : WellKnownSockets.Agent;
    if (path is null || args.Length is not (0 or 2))
    {
        await Console.Error.WriteLineAsync(
            "portablevirt-agent: options are --socket PATH and --version; without --socket it needs a session (XDG_RUNTIME_DIR)").ConfigureAwait(false);
        return 1;
    }

    bool activated = Environment.GetEnvironmentVariable("LISTEN_PID") == $"{Environment.ProcessId}";
    using SocketFolder? folder = activated ? null : SocketFolder.Take(path, forAll: false);
    await using WebApplication app = AgentHost.Build(path, folder);
    await app.RunAsync().ConfigureAwait(false);
    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync("portablevirt-agent: " + e.Message).ConfigureAwait(false);
    return 1;
}
