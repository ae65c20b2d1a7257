using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PortableVirt.Emulation.Cryptography.Tls;

/// <summary>With what a program shows who it is; without a certificate it does not.</summary>
/// <param name="certificate">The certificate with its key, or null; the object owns it.</param>
internal sealed class TlsCredentials(X509Certificate2? certificate) : UnixObject
{
    /// <summary>
    /// Puts a certificate (DER) and CryptoAPI's PRIVATEKEYBLOB of its RSA key together; null when one is damaged or they do not fit. Throws
    /// <see cref="CryptographicException"/> where OpenSSL refuses them.
    /// </summary>
    public static TlsCredentials? From(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> key)
    {
        using RSA? rsa = RsaKey.ImportLegacyPrivate(key);
        if (rsa is null)
        {
            return null;
        }
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(certificate);
        using RSA? own = bare.GetRSAPublicKey();
        if (own is null || !own.ExportRSAPublicKey().AsSpan().SequenceEqual(rsa.ExportRSAPublicKey()))
        {
            return null;
        }
        return new TlsCredentials(bare.CopyWithPrivateKey(rsa));
    }

    /// <summary>A copy of the certificate with its key, which the caller disposes; null where there is none.</summary>
    public X509Certificate2? Copy() => certificate is null ? null : new X509Certificate2(certificate);

    /// <inheritdoc/>
    protected override void Release() => certificate?.Dispose();
}
