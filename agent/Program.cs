using Microsoft.AspNetCore.Builder;
using PortableVirt.Agent;
using PortableVirt.Agent.Opening;
using PortableVirt.Protocol.Server.Listeners;
using PortableVirt.Protocol.Sockets;
using PortableVirt.Protocol.V1;

if (args is ["--version"])
{
    Console.WriteLine("portablevirt-agent " + AgentHost.Version);
    return 0;
}

try
{
    if (args is ["--open", { } program, ..])
    {
        // For a session without an agent: this process is one, for one program.
        OpenRequest request = new() { Path = program, WorkingFolder = Directory.GetCurrentDirectory() };
        request.Arguments.AddRange(args.Skip(2));
        (OpenResponse response, Task end) = await Opener.OpenAsync(request, default).ConfigureAwait(false);
        await end.ConfigureAwait(false);
        return response.ExitCode;
    }
    string? path = args is ["--socket", { } given] ? Path.GetFullPath(given) : WellKnownSockets.Agent;
    if (path is null || args.Length is not (0 or 2))
    {
        await Console.Error.WriteLineAsync(
            "portablevirt-agent: options are --open PROGRAM [documents...], --socket PATH and --version; without them it needs a session (XDG_RUNTIME_DIR)").ConfigureAwait(false);
        return 1;
    }

    bool activated = Environment.GetEnvironmentVariable("LISTEN_PID") == $"{Environment.ProcessId}";
    using SocketFolder? folder = activated ? null : SocketFolder.Take(path, forAll: false);
    await using WebApplication app = AgentHost.Build(path, folder);
    Task exeFiles = UserExeFiles.KeepAsync(app.Lifetime.ApplicationStopping);
    await app.RunAsync().ConfigureAwait(false);
    await exeFiles.ConfigureAwait(false);
    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync("portablevirt-agent: " + e.Message).ConfigureAwait(false);
    return 1;
}
