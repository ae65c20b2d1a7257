using System.Net.Security;

namespace PortableVirt.Emulation.Cryptography.Tls;

/// <summary>
/// What schannel tells of a cipher suite, read from the suite's own name: TLS_[exchange_[certificate_]]WITH_cipher_bits_[mode_]hash, and without the
/// first part in TLS 1.3.
/// </summary>
internal readonly struct CipherFacts
{
    private const uint RsaSign = 0x2400, Ecdsa = 0x2203, RsaExchange = 0xa400, DiffieHellman = 0xaa02, EllipticDiffieHellman = 0xae06;
    private const uint Aes128 = 0x660e, Aes256 = 0x6610, Sha1 = 0x8004, Sha256 = 0x800c, Sha384 = 0x800d;

    private CipherFacts(TlsCipherSuite suite)
    {
        Suite = suite;
        Name = suite.ToString();
    }

    /// <summary>The suite.</summary>
    public TlsCipherSuite Suite { get; }

    /// <summary>Its name, for example TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384.</summary>
    public string Name { get; }

    /// <summary>Cipher's ALG_ID; 0 for one that has none.</summary>
    public uint CipherId => Cipher != "AES" ? 0 : CipherBits == 128 ? Aes128 : Aes256;

    /// <summary>Cipher's name.</summary>
    public string Cipher => Has("AES") ? "AES" : Has("CHACHA20") ? "CHACHA20_POLY1305" : "";

    /// <summary>Bits of its key.</summary>
    public uint CipherBits => Has("128") ? 128u : 256u;

    /// <summary>Bytes of its block; 1 for a stream.</summary>
    public uint BlockLength => Cipher == "AES" ? 16u : 1u;

    /// <summary>True where each record carries a tag of 16 bytes instead of a hash.</summary>
    public bool IsAuthenticated => Has("GCM") || Has("CCM") || Has("POLY1305");

    /// <summary>Hash's ALG_ID.</summary>
    public uint HashId => Hash switch { "SHA384" => Sha384, "SHA256" => Sha256, _ => Sha1 };

    /// <summary>Hash's name.</summary>
    public string Hash => Has("SHA384") ? "SHA384" : Has("SHA256") || Has("CCM") ? "SHA256" : "SHA1";

    /// <summary>Bits of the hash that a record carries; 0 where it carries a tag.</summary>
    public uint HashBits => IsAuthenticated ? 0 : Hash switch { "SHA384" => 384u, "SHA256" => 256u, _ => 160u };

    /// <summary>ALG_ID of the way to the common key. TLS 1.3 has one with elliptic curves only, among those that are offered.</summary>
    public uint ExchangeId => Exchange switch { "RSA" => RsaExchange, "DHE" => DiffieHellman, _ => EllipticDiffieHellman };

    /// <summary>Its name.</summary>
    public string Exchange => Has("DHE") && !Has("ECDHE") ? "DHE" : Name.StartsWith("TLS_RSA_", StringComparison.Ordinal) ? "RSA" : "ECDHE";

    /// <summary>ALG_ID of the certificate's signature.</summary>
    public uint SignatureId => Has("ECDSA") ? Ecdsa : RsaSign;

    /// <summary>Its name.</summary>
    public string Signature => Has("ECDSA") ? "ECDSA" : "RSA";

    /// <summary>The facts of a suite.</summary>
    public static CipherFacts Of(TlsCipherSuite suite) => new(suite);

    private bool Has(string part) => Name.Contains("_" + part, StringComparison.Ordinal);
}
