namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// Control codes of \Device\Afd as libwine 8's ws2_32 uses them: a few are Windows' own (device type 0x1), the others libwine's
/// (CTL_CODE(FILE_DEVICE_NETWORK, 200 and up)). Those from 0x120368 + 4 on are socket options: <see cref="SocketOption"/>.
/// </summary>
internal enum AfdControl : uint
{
    /// <summary>{ int flags; SOCKADDR } to the address that was bound.</summary>
    Bind = 0x12003,

    /// <summary>{ int; int backlog; int }.</summary>
    Listen = 0x1200b,

    /// <summary>{ WSABUF*; uint count; int flags; int message flags }.</summary>
    Receive = 0x12017,

    /// <summary>AFD_POLL_INFO: { i64 time-out; uint count; byte exclusive; { SOCKET; uint flags; NTSTATUS }[] }.</summary>
    Poll = 0x12024,

    /// <summary>To the own address.</summary>
    GetName = 0x1202f,

    /// <summary>{ HANDLE event; uint flags }.</summary>
    EventSelect = 0x12087,

    /// <summary>The "input buffer" is the handle of an event to reset; to { uint flags; NTSTATUS[13] }.</summary>
    GetEvents = 0x1208b,

    /// <summary>{ int family, type, protocol; uint flags }.</summary>
    Create = 0x120320,

    /// <summary>To the uint handle of the new socket.</summary>
    Accept = 0x120324,

    /// <summary>AcceptEx: { uint handle; uint receive length; uint local length } to data and two addresses.</summary>
    AcceptInto = 0x120328,

    /// <summary>{ int address length; int synchronous; SOCKADDR; data to send }.</summary>
    Connect = 0x12032c,

    /// <summary>{ int how }.</summary>
    Shutdown = 0x120330,

    /// <summary>{ WSABUF* control; SOCKADDR*; int*; uint* flags; int overlapped; uint count; WSABUF* }.</summary>
    ReceiveMessage = 0x120334,

    /// <summary>{ SOCKADDR*; uint length; uint flags; int overlapped; uint count; WSABUF* }.</summary>
    SendMessage = 0x120338,

    /// <summary>TransmitFile: { i64 offset; head*; tail*; uint lengths of both; uint file; uint length; uint piece; uint flags }.</summary>
    Transmit = 0x12033c,

    /// <summary>Waits for a change of the interfaces' addresses: { int overlapped }.</summary>
    AddressListChange = 0x120340,

    /// <summary>{ int non-blocking }.</summary>
    SetNonBlocking = 0x120344,

    /// <summary>Ends at once with the NTSTATUS that is given.</summary>
    CompleteWith = 0x120348,

    /// <summary>FIONREAD: to an int.</summary>
    BytesToRead = 0x12034c,

    /// <summary>SIOCATMARK: to an int.</summary>
    AtMark = 0x120350,

    /// <summary>SIO_GET_INTERFACE_LIST: to INTERFACE_INFO[].</summary>
    InterfaceList = 0x120354,

    /// <summary>SIO_KEEPALIVE_VALS: { uint on; uint idle ms; uint interval ms }.</summary>
    KeepAliveValues = 0x120358,

    /// <summary>WSAAsyncSelect: { uint handle; uint window; uint message; uint flags }.</summary>
    MessageSelect = 0x12035c,

    /// <summary>To the peer's address.</summary>
    GetPeerName = 0x120360,

    /// <summary>Gives a socket that was accepted back, for the next accept: { uint handle }.</summary>
    Defer = 0x120364,

    /// <summary>To { int family, type, protocol }.</summary>
    GetInformation = 0x120368,
}
