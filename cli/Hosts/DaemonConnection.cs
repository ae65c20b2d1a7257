using System.Net.Sockets;
using PortableVirt.Cli.Output;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Sockets;

namespace PortableVirt.Cli.Hosts;

/// <summary>Connects to the dispatch daemon.</summary>
public static class DaemonConnection
{
    /// <summary>For calls that the daemon answers at once.</summary>
    public static CallOptions Soon { get; } = new(TimeSpan.FromSeconds(10));

    /// <summary>A connected channel, or null when no daemon answers; <paramref name="problem"/> then says why and what to do.</summary>
    public static GrpcChannel? TryOpen(out string problem)
    {
        string path = WellKnownSockets.Daemon;
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            problem = "";
            return GrpcChannel.ForSocket(socket);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            string reason = e is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? "nobody listens"
                : File.Exists(path) ? e.Message : "there is no such socket";
            problem = $"the daemon does not answer on {path} ({reason}); start it with: sudo systemctl start portablevirtd";
            return null;
        }
    }

    /// <summary>A connected channel.</summary>
    /// <exception cref="HostException">No daemon answers.</exception>
    public static GrpcChannel Open() => TryOpen(out string problem) ?? throw new HostException(problem);

    /// <summary>What an ended call means for the user.</summary>
    public static string Explain(GrpcException e) => e.StatusCode == StatusCode.Unavailable || e.InnerException is not null
        ? $"the daemon is gone ({e.Message}); its log says more: journalctl -u portablevirtd"
        : e.StatusCode == StatusCode.Unimplemented ? $"the daemon does not know this ({e.Message}): it is another version than pvctl {ProductVersion.Text}; after an update: sudo systemctl restart portablevirtd"
        : e.Detail.Length > 0 ? e.Detail : $"the daemon refused: {e.StatusCode}";
}
