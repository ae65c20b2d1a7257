using System.Net.Sockets;
using System.Text;

namespace PortableVirt.Protocol.Server.Listeners;

/// <summary>Tells systemd about the service's state (sd_notify(3)).</summary>
public static class SystemdNotifier
{
    /// <summary>Sends a state such as "READY=1"; does nothing when not started by systemd.</summary>
    public static void Notify(string state)
    {
        string? path = Environment.GetEnvironmentVariable("NOTIFY_SOCKET");
        if (string.IsNullOrEmpty(path))
        {
            return;
        }

        // An abstract socket is written with @ for the zero byte before its name.
        string address = path[0] == '@' ? "\0" + path[1..] : path;
        using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(address));
        socket.Send(Encoding.UTF8.GetBytes(state));
    }
}
