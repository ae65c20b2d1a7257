using System.Net.Sockets;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.Sockets;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Hosts;

/// <summary>Connects to the session's agent.</summary>
internal static class AgentConnection
{
    /// <summary>Name of its program.</summary>
    public const string Program = "portablevirt-agent";

    /// <summary>Where the package of the distribution has it.</summary>
    public const string InstalledFolder = "/usr/lib/portablevirt";

    /// <summary>A connected channel, or null when no agent answers.</summary>
    public static GrpcChannel? TryOpen()
    {
        if (WellKnownSockets.Agent is not { } path)
        {
            return null;
        }
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return GrpcChannel.ForSocket(socket);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>What the session's agent says of itself; null when none answers.</summary>
    public static async Task<GetAgentInfoResponse?> AskAsync()
    {
        using GrpcChannel? channel = TryOpen();
        try
        {
            return channel is null ? null : await channel.UnaryCallAsync(AgentMethods.GetAgentInfo, new GetAgentInfoRequest(), new CallOptions(TimeSpan.FromSeconds(10))).ConfigureAwait(false);
        }
        catch (GrpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            return null;
        }
    }

    /// <summary>Full path of the agent's program: beside pvctl, or where it is installed; null where it is not.</summary>
    public static string? FindProgram() =>
        ((string[])[AppContext.BaseDirectory, InstalledFolder]).Select(folder => Path.Combine(folder, Program)).FirstOrDefault(File.Exists);
}
