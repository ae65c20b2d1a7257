using System.Net.Sockets;

namespace PortableVirt.Agent.Bus;

/// <summary>Addresses of D-Bus (D-Bus Specification 0.38, "Server Addresses"): those over Unix sockets.</summary>
internal static class BusAddress
{
    /// <summary>The session's bus: what DBUS_SESSION_BUS_ADDRESS says, else the socket "bus" of the user's runtime folder.</summary>
    /// <param name="environment">The session's variables.</param>
    public static IReadOnlyList<UnixDomainSocketEndPoint> OfSession(IReadOnlyDictionary<string, string> environment)
    {
        if (environment.TryGetValue("DBUS_SESSION_BUS_ADDRESS", out string? given) && given.Length != 0)
        {
            return Read(given);
        }
        return environment.TryGetValue("XDG_RUNTIME_DIR", out string? runtime) && runtime.Length != 0 ? [new UnixDomainSocketEndPoint(Path.Combine(runtime, "bus"))] : [];
    }

    /// <summary>The sockets of a list of addresses, "unix:path=/x,guid=y;unix:abstract=z". Other transports are left out.</summary>
    public static IReadOnlyList<UnixDomainSocketEndPoint> Read(string addresses)
    {
        List<UnixDomainSocketEndPoint> found = [];
        foreach (string address in addresses.Split(';').Where(a => a.StartsWith("unix:", StringComparison.Ordinal)))
        {
            foreach (string[] pair in address["unix:".Length..].Split(',').Select(p => p.Split('=', 2)).Where(p => p.Length == 2))
            {
                string? path = pair[0] switch { "path" => Uri.UnescapeDataString(pair[1]), "abstract" => "\0" + Uri.UnescapeDataString(pair[1]), _ => null };
                if (path is { Length: > 1 and < 108 })
                {
                    found.Add(new UnixDomainSocketEndPoint(path));
                }
            }
        }
        return found;
    }
}
