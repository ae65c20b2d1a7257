using PortableVirt.Protocol.Sockets;

namespace PortableVirt.Dispatch.Hosting;

/// <summary>Options of portablevirtd.</summary>
/// <param name="SocketPath">Path of its socket; not used under socket activation.</param>
/// <param name="VmAppPath">Path of portablevirt-vmapp.</param>
public sealed record DaemonOptions(string SocketPath, string VmAppPath)
{
    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">It is wrong; the message says how.</exception>
    public static DaemonOptions Parse(IReadOnlyList<string> words)
    {
        string socket = WellKnownSockets.Daemon;
        string vmApp = Path.Combine(AppContext.BaseDirectory, "portablevirt-vmapp");
        for (int i = 0; i < words.Count; i += 2)
        {
            string value = i + 1 < words.Count ? words[i + 1] : throw new ArgumentException($"{words[i]} needs a value");
            switch (words[i])
            {
                case "--socket":
                    socket = Path.GetFullPath(value);
                    break;
                case "--vmapp":
                    vmApp = Path.GetFullPath(value);
                    break;
                default:
                    throw new ArgumentException($"there is no option {words[i]}; there are --socket PATH, --vmapp PATH and --version");
            }
        }

        return new DaemonOptions(socket, vmApp);
    }
}
