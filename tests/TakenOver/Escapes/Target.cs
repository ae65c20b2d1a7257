using System.Globalization;
using System.Net;

namespace PortableVirt.TakenOver.Escapes;

/// <summary>What the test has put up for the attacker: named by the run's environment.</summary>
internal sealed class Target(IReadOnlyDictionary<string, string> environment)
{
    /// <summary>A file that the user may read and write by its mode, but that the run was not granted.</summary>
    public string Secret => environment["PV_SECRET"];

    /// <summary>Its folder, in which everybody may make files.</summary>
    public string Folder => Path.GetDirectoryName(Secret)!;

    /// <summary>The folder that the run was granted.</summary>
    public string Granted => environment["PV_GRANTED"];

    /// <summary>A process of the same user, not in a cell and open to ptrace(2) by its mode.</summary>
    public int Sibling => int.Parse(environment["PV_SIBLING"], CultureInfo.InvariantCulture);

    /// <summary>A VM-app of the same user.</summary>
    public int OtherVm => int.Parse(environment["PV_OTHER_VM"], CultureInfo.InvariantCulture);

    /// <summary>The daemon.</summary>
    public int Daemon => int.Parse(environment["PV_DAEMON"], CultureInfo.InvariantCulture);

    /// <summary>The daemon's socket.</summary>
    public string Socket => environment["PV_SOCKET"];

    /// <summary>An address beyond an interface of the daemon's network.</summary>
    public IPAddress OtherComputer => IPAddress.Parse(environment["PV_OTHER_COMPUTER"]);

    /// <summary>The same by IPv6.</summary>
    public IPAddress OtherComputerByIp6 => IPAddress.Parse(environment["PV_OTHER_COMPUTER_6"]);

    /// <summary>The address of that interface.</summary>
    public IPAddress OwnAddress => IPAddress.Parse(environment["PV_OWN_ADDRESS"]);

    /// <summary>Number of a descriptor of the secret that was left open when the process was started.</summary>
    public int LeftOpen => int.Parse(environment["PV_LEFT_OPEN"], CultureInfo.InvariantCulture);
}
