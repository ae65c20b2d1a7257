using System.Globalization;
using System.Text;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// The files of \windows\system32\drivers\etc, from which ws2_32 answers getservbyname, getprotobyname and their reverses. A user who keeps drive C:
/// may change them.
/// </summary>
public static class NetworkDatabase
{
    /// <summary>IANA's numbers of the protocols that programs ask for.</summary>
    private static readonly (string Name, int Number)[] _protocols =
        [("ip", 0), ("icmp", 1), ("ggp", 3), ("tcp", 6), ("egp", 8), ("pup", 12), ("udp", 17), ("rdp", 27), ("ipv6", 41), ("esp", 50), ("ah", 51), ("ipv6-icmp", 58)];

    /// <summary>Path of their folder on drive C:, parts joined by '/'.</summary>
    public const string Folder = "windows/system32/drivers/etc";

    /// <summary>The files: name and ASCII text.</summary>
    public static IEnumerable<(string Name, byte[] Text)> Files =>
    [
        ("hosts", Join(["127.0.0.1 localhost", "::1 localhost"])),
        ("networks", Join(["loopback 127"])),
        ("protocol", Join(_protocols.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Name,-16}{p.Number,-4}{p.Name.ToUpperInvariant()}")))),
        ("services", Join(ServiceNames.All.SelectMany(s => (string[])[Line(s.Key, s.Value, "tcp"), Line(s.Key, s.Value, "udp")]))),
    ];

    /// <summary>Writes the files that are not there.</summary>
    /// <param name="folder">The host folder.</param>
    public static void Write(string folder)
    {
        foreach ((string name, byte[] text) in Files)
        {
            string path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                File.WriteAllBytes(path, text);
            }
        }
    }

    private static string Line(string name, ushort port, string protocol) => string.Create(CultureInfo.InvariantCulture, $"{name,-20}{port}/{protocol}");

    private static byte[] Join(IEnumerable<string> lines) => Encoding.ASCII.GetBytes(string.Concat(lines.Select(line => line + "\r\n")));
}
