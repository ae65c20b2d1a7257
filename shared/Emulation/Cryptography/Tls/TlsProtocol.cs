using System.Security.Authentication;

namespace PortableVirt.Emulation.Cryptography.Tls;

/// <summary>Versions of TLS by schannel.h's SP_PROT_ bits.</summary>
internal static class TlsProtocol
{
    /// <summary>
    /// The versions that programs get, as client's bits: 1.2 and 1.3. OpenSSL 3 leaves 1.0 and 1.1 out at its usual security level.
    /// </summary>
    public const uint Enabled = Tls12Client | Tls13Client;

    private const uint Tls12Client = 0x800, Tls13Client = 0x2000, Tls12Server = 0x400, Tls13Server = 0x1000;

    /// <summary>The framework's versions for bits of either side; <see cref="SslProtocols.None"/> when there is none of ours.</summary>
    public static SslProtocols FromBits(uint bits) =>
        ((bits & (Tls12Client | Tls12Server)) != 0 ? SslProtocols.Tls12 : SslProtocols.None) | ((bits & (Tls13Client | Tls13Server)) != 0 ? SslProtocols.Tls13 : SslProtocols.None);

    /// <summary>The bit of a session's version.</summary>
    public static uint ToBit(SslProtocols protocol, bool isServer) => protocol switch
    {
        SslProtocols.Tls12 => isServer ? Tls12Server : Tls12Client,
        SslProtocols.Tls13 => isServer ? Tls13Server : Tls13Client,
        _ => 0,
    };

    /// <summary>TLS1_2_PROTOCOL_VERSION and its like, as SecPkgContext_CipherInfo has them.</summary>
    public static uint ToVersion(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls12 => 0x303,
        SslProtocols.Tls13 => 0x304,
        _ => 0,
    };
}
