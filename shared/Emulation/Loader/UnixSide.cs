using PortableVirt.Emulation.Syscalls;

namespace PortableVirt.Emulation.Loader;

/// <summary>What becomes of the unix calls of one of libwine's DLLs.</summary>
/// <param name="Module">Lower-case file name.</param>
/// <param name="Support">Whether they are answered.</param>
/// <param name="Note">What is answered, or what a program is told.</param>
public sealed record UnixSide(string Module, Support Support, string Note)
{
    /// <summary>Every DLL of libwine 8.0 that has a unix side, by name.</summary>
    public static readonly IReadOnlyList<UnixSide> All =
    [
        new("avicap32.dll", Support.Refused, "no cameras"),
        new("bcrypt.dll", Support.Partial, "all keys that libwine 8.0 knows; not PSS with another salt length than the hash's, not signatures without a hash's name; needs OpenSSL on the host"),
        new("capi2032.dll", Support.Refused, "no ISDN"),
        new("crypt32.dll", Support.Partial, "PKCS #12 files with an RSA key (needs OpenSSL on the host), the host's trusted certificates"),
        new("ctapi32.dll", Support.Refused, "no card readers"),
        new("dnsapi.dll", Support.Full, ""),
        new("dwrite.dll", Support.Refused, "no fonts are drawn"),
        new("gphoto2.ds", Support.Refused, "no cameras"),
        new("kerberos.dll", Support.Refused, "no Kerberos: the package is not offered"),
        new("localspl.dll", Support.Refused, "no printers"),
        new("mountmgr.sys", Support.Refused, "the driver does not run; its device is answered by itself"),
        new("msv1_0.dll", Support.Refused, "no NTLM: the package is not offered"),
        new("netapi32.dll", Support.Refused, "no other computers' shares and users"),
        new("nsiproxy.sys", Support.Refused, "the driver does not run; its device is answered by itself"),
        new("ntdll.dll", Support.Partial, "Unix libraries are not loaded"),
        new("odbc32.dll", Support.Refused, "no ODBC drivers: calls return SQL_ERROR"),
        new("opencl.dll", Support.Refused, "no OpenCL"),
        new("opengl32.dll", Support.Refused, "no OpenGL"),
        new("qcap.dll", Support.Refused, "no cameras"),
        new("secur32.dll", Support.Partial, "TLS 1.2 for clients: libwine 8.0's schannel has neither 1.3 nor servers; not DTLS; needs OpenSSL on the host"),
        new("win32u.dll", Support.Partial, "its system calls are in the list above"),
        new("winealsa.drv", Support.Refused, "no sound"),
        new("winebus.sys", Support.Refused, "the driver does not run"),
        new("winegstreamer.dll", Support.Refused, "no media"),
        new("winepulse.drv", Support.Refused, "no sound"),
        new("wineusb.sys", Support.Refused, "the driver does not run"),
        new("winevulkan.dll", Support.Refused, "no Vulkan"),
        new("winex11.drv", Support.Refused, "no windows"),
        new("winspool.drv", Support.Refused, "no printers"),
        new("wpcap.dll", Support.Refused, "no packets are captured"),
        new("ws2_32.dll", Support.Full, ""),
    ];
}
