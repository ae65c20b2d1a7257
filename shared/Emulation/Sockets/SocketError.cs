using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// Linux socket errors (asm-generic/errno.h) as the NTSTATUS values that ws2_32 turns into the documented WSA errors, and as WSA
/// errors themselves (winsock2.h) where AFD passes those.
/// </summary>
internal static class SocketError
{
    public const int EAGAIN = 11;
    public const int EDESTADDRREQ = 89;
    public const int EMSGSIZE = 90;
    public const int EPROTOTYPE = 91;
    public const int ENOPROTOOPT = 92;
    public const int EPROTONOSUPPORT = 93;
    public const int ESOCKTNOSUPPORT = 94;
    public const int EAFNOSUPPORT = 97;
    public const int EADDRINUSE = 98;
    public const int EADDRNOTAVAIL = 99;
    public const int ENETDOWN = 100;
    public const int ENETUNREACH = 101;
    public const int ECONNABORTED = 103;
    public const int ECONNRESET = 104;
    public const int ENOBUFS = 105;
    public const int EISCONN = 106;
    public const int ENOTCONN = 107;
    public const int ESHUTDOWN = 108;
    public const int ETIMEDOUT = 110;
    public const int ECONNREFUSED = 111;
    public const int EHOSTUNREACH = 113;
    public const int EALREADY = 114;
    public const int EINPROGRESS = 115;

    /// <summary>WSAEACCES.</summary>
    public const uint WsaAccess = 10013;

    /// <summary>WSAEPROTONOSUPPORT.</summary>
    public const uint WsaProtocolNotSupported = 10043;

    /// <summary>WSAESOCKTNOSUPPORT.</summary>
    public const uint WsaTypeNotSupported = 10044;

    /// <summary>WSAEAFNOSUPPORT.</summary>
    public const uint WsaFamilyNotSupported = 10047;

    /// <summary>The status of the last host call that failed in this thread.</summary>
    public static NtStatus LastStatus => ToNtStatus(Errno.Last);

    /// <summary>A WSA error in an NTSTATUS, the way RtlNtStatusToDosError takes it out again (facility 1).</summary>
    public static NtStatus FromWsa(uint error) => new(0xc0010000 | error);

    /// <summary>The status for an error of a socket call.</summary>
    public static NtStatus ToNtStatus(int errno) => errno switch
    {
        EAGAIN or EINPROGRESS => NtStatus.DeviceNotReady,
        EDESTADDRREQ or ENOPROTOOPT => NtStatus.InvalidParameter,
        EMSGSIZE => NtStatus.InvalidBufferSize,
        EPROTOTYPE or EPROTONOSUPPORT or ESOCKTNOSUPPORT or EAFNOSUPPORT => NtStatus.NotSupported,
        EADDRINUSE => NtStatus.SharingViolation,
        Errno.ENODEV or EADDRNOTAVAIL => NtStatus.InvalidAddressComponent,
        ENETDOWN or EALREADY => NtStatus.NetworkBusy,
        ENETUNREACH => NtStatus.NetworkUnreachable,
        ECONNABORTED => NtStatus.ConnectionAborted,
        ECONNRESET or Errno.EPIPE => NtStatus.ConnectionReset,
        ENOBUFS => NtStatus.InsufficientResources,
        EISCONN => NtStatus.ConnectionActive,
        ENOTCONN => NtStatus.InvalidConnection,
        ESHUTDOWN => NtStatus.PipeDisconnected,
        ETIMEDOUT => NtStatus.IoTimeout,
        ECONNREFUSED => NtStatus.ConnectionRefused,
        EHOSTUNREACH => NtStatus.HostUnreachable,
        _ => Errno.ToNtStatus(errno),
    };

    /// <summary>The WSA error for SO_ERROR and the like.</summary>
    public static uint ToWsa(int errno) => errno switch
    {
        0 => 0,
        Errno.EINTR => 10004,
        Errno.EPERM or Errno.EACCES => WsaAccess,
        Errno.EFAULT => 10014,
        Errno.EINVAL => 10022,
        Errno.EMFILE or Errno.ENFILE => 10024,
        EAGAIN or EINPROGRESS => 10035,
        EALREADY => 10037,
        EDESTADDRREQ => 10039,
        EMSGSIZE => 10040,
        EPROTOTYPE => 10041,
        ENOPROTOOPT => 10042,
        EPROTONOSUPPORT => WsaProtocolNotSupported,
        ESOCKTNOSUPPORT => WsaTypeNotSupported,
        Errno.EOPNOTSUPP => 10045,
        EAFNOSUPPORT => WsaFamilyNotSupported,
        EADDRINUSE => 10048,
        EADDRNOTAVAIL => 10049,
        ENETDOWN => 10050,
        ENETUNREACH => 10051,
        ECONNABORTED => 10053,
        ECONNRESET or Errno.EPIPE => 10054,
        ENOBUFS or Errno.ENOMEM => 10055,
        EISCONN => 10056,
        ENOTCONN => 10057,
        ESHUTDOWN => 10058,
        ETIMEDOUT => 10060,
        ECONNREFUSED => 10061,
        EHOSTUNREACH => 10065,
        _ => 10050,
    };
}
