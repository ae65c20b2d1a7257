using System.Net;

namespace PortableVirt.Emulation.Threads;

public sealed partial class NtThread
{
    /// <summary>The name servers that the thread's DNS queries ask; null for the host's. The thread's own calls alone use it.</summary>
    internal IReadOnlyList<IPAddress>? NameServers { get; set; }
}
