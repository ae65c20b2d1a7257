using System.Net;
using System.Net.Sockets;
using PortableVirt.Emulation.Sockets.Dns;
using PortableVirt.VirtualLayer.Network;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// Name look-up. Numeric addresses, localhost, the computer's own name and those of the host's file are known here; other names go to the host's resolver,
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

    /// <summary>
    /// The addresses of a name that no name server is needed for: localhost, the computer's own name, and names that the host's file gives addresses
    /// that the policy opens. None for other names.
    /// </summary>
    public IReadOnlyList<IPAddress> FindHere(string name, bool readsFile = true)
    {
        name = name.TrimEnd('.');
        return name.Equals(LocalName, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + LocalName, StringComparison.OrdinalIgnoreCase) ? Loopback
            : name.Equals(computerName, StringComparison.OrdinalIgnoreCase) ? OwnAddresses()
            : readsFile ? HostsFile.Find(name).Where(address => policy.AskPeer(address) == NetworkVerdict.Allowed).ToList()
            : [];
    }

    /// <summary>The addresses of a name that is no number; none when it is not known.</summary>
    public IReadOnlyList<IPAddress> Find(string name)
    {
        if (FindHere(name) is { Count: > 0 } known)
        {
            return known;
        }
        name = name.TrimEnd('.');
        if (!policy.AllowsResolver || name.Length is 0 or > 255)
        {
            return [];
        }
        try
        {
            return System.Net.Dns.GetHostAddresses(name);
        }
        catch (SocketException)
        {
            return [];
        }
    }

    /// <summary>The name of an address; null when it has none.</summary>
    public string? FindName(IPAddress address)
    {
        if (FindOwnName(address) is { } own)
        {
            return own;
        }
        if (!policy.AllowsResolver)
        {
            return null;
        }
        try
        {
            return System.Net.Dns.GetHostEntry(address).HostName is { } found && !TryParse(found, out _) ? found : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>The computer's own name, if the address is one of its own.</summary>
    public string? FindOwnName(IPAddress address) => IPAddress.IsLoopback(address) || OwnAddresses().Contains(address) ? OwnName : null;

    private IReadOnlyList<IPAddress> OwnAddresses()
    {
        List<IPAddress> own = InterfaceTable.Read(policy).Where(i => !i.IsLoopback && i.IsUp).SelectMany(i => i.Addresses).Select(a => a.Address.Address).ToList();
        return own.Count == 0 ? Loopback : own;
    }
}
