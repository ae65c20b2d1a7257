using System.Net;
using System.Net.Sockets;
using PortableVirt.VirtualLayer.Network;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// Name look-up. Numeric addresses, localhost and the computer's own name are known here; other names go to the host's resolver,
/// which may ask other computers, only where the policy opens the host's network.
/// </summary>
/// <param name="policy">The network policy.</param>
/// <param name="computerName">The computer's own name.</param>
internal sealed class HostNames(NetworkPolicy policy, string computerName)
{
    private const string LocalName = "localhost";
    private const string LoopbackInternet6 = "00000000000000000000000000000001";

    /// <summary>The host's loopback interface has an IPv6 address.</summary>
    public static bool HasInternet6 { get; } = File.Exists("/proc/net/if_inet6") && File.ReadLines("/proc/net/if_inet6").Any(line => line.StartsWith(LoopbackInternet6, StringComparison.Ordinal));

    /// <summary>The computer's own name as host name.</summary>
    public string OwnName => computerName.ToLowerInvariant();

    /// <summary>The loopback addresses, IPv6 first as Windows has them.</summary>
    public static IReadOnlyList<IPAddress> Loopback => HasInternet6 ? [IPAddress.IPv6Loopback, IPAddress.Loopback] : [IPAddress.Loopback];

    /// <summary>Reads a numeric address; false for names.</summary>
    public static bool TryParse(string text, out IPAddress address)
    {
        bool isNumber = IPAddress.TryParse(text, out IPAddress? parsed);
        address = parsed ?? IPAddress.None;
        return isNumber;
    }

    /// <summary>The addresses of a name that is no number; none when it is not known.</summary>
    public IReadOnlyList<IPAddress> Find(string name)
    {
        name = name.TrimEnd('.');
        if (name.Equals(LocalName, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + LocalName, StringComparison.OrdinalIgnoreCase))
        {
            return Loopback;
        }
        if (name.Equals(computerName, StringComparison.OrdinalIgnoreCase))
        {
            return OwnAddresses();
        }
        if (!policy.AllowsResolver || name.Length is 0 or > 255)
        {
            return [];
        }
        try
        {
            return Dns.GetHostAddresses(name);
        }
        catch (SocketException)
        {
            return [];
        }
    }

    /// <summary>The name of an address; null when it has none.</summary>
    public string? FindName(IPAddress address)
    {
        if (IPAddress.IsLoopback(address) || OwnAddresses().Contains(address))
        {
            return OwnName;
        }
        if (!policy.AllowsResolver)
        {
            return null;
        }
        try
        {
            return Dns.GetHostEntry(address).HostName is { } found && !TryParse(found, out _) ? found : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private IReadOnlyList<IPAddress> OwnAddresses()
    {
        List<IPAddress> own = InterfaceTable.Read(policy).Where(i => !i.IsLoopback && i.IsUp).SelectMany(i => i.Addresses).Select(a => a.Address.Address).ToList();
        return own.Count == 0 ? Loopback : own;
    }
}
