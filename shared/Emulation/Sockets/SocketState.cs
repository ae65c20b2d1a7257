namespace PortableVirt.Emulation.Sockets;

/// <summary>How far an AFD endpoint is.</summary>
internal enum SocketState
{
    /// <summary>Opened; IOCTL_AFD_WINE_CREATE has not said what it is.</summary>
    Raw,

    /// <summary>A stream socket without a connection.</summary>
    Unconnected,

    /// <summary>A stream socket that connects.</summary>
    Connecting,

    /// <summary>A stream socket that listens.</summary>
    Listening,

    /// <summary>A stream socket with a connection, also after its end.</summary>
    Connected,

    /// <summary>A datagram socket.</summary>
    Connectionless,
}
