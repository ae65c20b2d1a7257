using System.Globalization;
using System.Text;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// The files of \windows\system32\drivers\etc, from which ws2_32 answers getservbyname, getprotobyname and their reverses. A user who keeps drive C:
/// may change them.
/// </summary>
internal static class NetworkDatabase
{
    /// <summary>IANA's numbers of the protocols that programs ask for.</summary>
    private static readonly (string Name, int Number)[] _protocols =
        [("ip", 0), ("icmp", 1), ("ggp", 3), ("tcp", 6), ("egp", 8), ("pup", 12), ("udp", 17), ("rdp", 27), ("ipv6", 41), ("esp", 50), ("ah", 51), ("ipv6-icmp", 58)];

    /// <summary>Writes the files that are not there.</summary>
    /// <param name="folder">The host folder.</param>
    public static void Write(string folder)
    {
        WriteFile(folder, "hosts", ["127.0.0.1 localhost", "::1 localhost"]);
        WriteFile(folder, "networks", ["loopback 127"]);
        WriteFile(folder, "protocol", _protocols.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Name,-16}{p.Number,-4}{p.Name.ToUpperInvariant()}")));
        WriteFile(folder, "services", ServiceNames.All.SelectMany(s => (string[])[Line(s.Key, s.Value, "tcp"), Line(s.Key, s.Value, "udp")]));
    }

    private static string Line(string name, ushort port, string protocol) => string.Create(CultureInfo.InvariantCulture, $"{name,-20}{port}/{protocol}");

    private static void WriteFile(string folder, string name, IEnumerable<string> lines)
    {
        string path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            File.WriteAllText(path, string.Concat(lines.Select(line => line + "\r\n")), Encoding.ASCII);
        }
    }
}
