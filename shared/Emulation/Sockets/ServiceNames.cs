using System.Globalization;

namespace PortableVirt.Emulation.Sockets;

/// <summary>Names of well-known ports (IANA's registry, as far as Windows' own "services" file names what programs ask for).</summary>
internal static class ServiceNames
{
    private static readonly Dictionary<string, ushort> _ports = new(StringComparer.OrdinalIgnoreCase)
    {
        ["echo"] = 7,
        ["discard"] = 9,
        ["daytime"] = 13,
        ["ftp-data"] = 20,
        ["ftp"] = 21,
        ["ssh"] = 22,
        ["telnet"] = 23,
        ["smtp"] = 25,
        ["time"] = 37,
        ["domain"] = 53,
        ["tftp"] = 69,
        ["gopher"] = 70,
        ["finger"] = 79,
        ["http"] = 80,
        ["kerberos"] = 88,
        ["pop3"] = 110,
        ["sunrpc"] = 111,
        ["nntp"] = 119,
        ["ntp"] = 123,
        ["imap"] = 143,
        ["snmp"] = 161,
        ["ldap"] = 389,
        ["https"] = 443,
        ["microsoft-ds"] = 445,
        ["syslog"] = 514,
        ["ldaps"] = 636,
        ["imaps"] = 993,
        ["pop3s"] = 995,
        ["ms-sql-s"] = 1433,
        ["ms-wbt-server"] = 3389,
    };

    /// <summary>All names and their ports.</summary>
    public static IReadOnlyDictionary<string, ushort> All => _ports;

    /// <summary>Reads a port number or a service's name.</summary>
    public static bool TryFind(string text, bool numberOnly, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) || (!numberOnly && _ports.TryGetValue(text, out port));

    /// <summary>The name of a port; null when it has none.</summary>
    public static string? NameOf(ushort port)
    {
        foreach ((string name, ushort number) in _ports)
        {
            if (number == port)
            {
                return name;
            }
        }
        return null;
    }
}
