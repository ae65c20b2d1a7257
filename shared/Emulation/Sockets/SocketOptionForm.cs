namespace PortableVirt.Emulation.Sockets;

/// <summary>What the value of a socket option looks like.</summary>
internal enum SocketOptionForm
{
    /// <summary>An int; programs may read and write fewer bytes.</summary>
    Number,

    /// <summary>IP_DONTFRAGMENT: the host's path-MTU mode.</summary>
    DontFragment,

    /// <summary>An IPv4 address in network order, or an interface index.</summary>
    Interface,

    /// <summary>ip_mreq (8 bytes) or ipv6_mreq (20 bytes), alike on both sides.</summary>
    Group,

    /// <summary>ip_mreq_source: { group; source; interface }, on the host { group; interface; source }.</summary>
    SourceGroup,
}
