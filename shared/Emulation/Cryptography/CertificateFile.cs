using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>What a PKCS #12 file (PFX) holds: certificates, and the key of one of them.</summary>
internal sealed class CertificateFile : UnixObject
{
    private const uint KeyExchange = 0xa400;
    private readonly byte[]? _key;
    private readonly List<byte[]> _certificates;

    private CertificateFile(byte[]? key, List<byte[]> certificates)
    {
        _key = key;
        _certificates = certificates;
    }

    /// <summary>The RSA key as CryptoAPI's PRIVATEKEYBLOB; null where the file holds none.</summary>
    public byte[]? Key => _key;

    /// <summary>The certificates (DER), the key's own first.</summary>
    public IReadOnlyList<byte[]> Certificates => _certificates;

    /// <summary>
    /// Opens a file. Throws <see cref="CryptographicException"/> when it is damaged, asks for too much work, or its password is another. Keys other
    /// than RSA are left out: the blob that crypt32.dll wants has no room for them.
    /// </summary>
    public static CertificateFile Open(ReadOnlySpan<byte> file, string password)
    {
        X509Certificate2Collection collection = X509CertificateLoader.LoadPkcs12Collection(file, password, X509KeyStorageFlags.Exportable | X509KeyStorageFlags.EphemeralKeySet);
        byte[]? key = null;
        List<byte[]> certificates = [];
        foreach (X509Certificate2 certificate in collection)
        {
            using (certificate)
            {
                using RSA? rsa = key is null && certificate.HasPrivateKey ? certificate.GetRSAPrivateKey() : null;
                if (rsa is null)
                {
                    certificates.Add(certificate.RawData);
                    continue;
                }
                key = RsaKey.ExportLegacyPrivate(rsa, KeyExchange);
                certificates.Insert(0, certificate.RawData);
            }
        }
        return new CertificateFile(key, certificates);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        if (_key is not null)
        {
            CryptographicOperations.ZeroMemory(_key);
        }
    }
}
