using System.Security.Cryptography;
using PortableVirt.Appliance.Format;

namespace PortableVirt.Appliance.Trust;

/// <summary>Public keys of P-256 as PEM text (RFC 7468, RFC 5480): read without OpenSSL's libraries, which a computer that only runs packages need not have.</summary>
public static class PublicKeyText
{
    private const string Label = "PUBLIC KEY";

    /// <summary>SubjectPublicKeyInfo of an uncompressed point on P-256, up to the point's X (RFC 5480, section 2).</summary>
    private static ReadOnlySpan<byte> Prefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    /// <summary>Reads X and Y, 64 bytes.</summary>
    /// <exception cref="PackageException">It is no such key; the message names the file.</exception>
    public static byte[] Read(string text, string file)
    {
        if (PemEncoding.TryFind(text, out PemFields fields) && text.AsSpan()[fields.Label] is Label)
        {
            byte[] der = Convert.FromBase64String(text[fields.Base64Data]);
            if (der.AsSpan().StartsWith(Prefix) && P256.IsKey(der.AsSpan(Prefix.Length)))
            {
                return der[Prefix.Length..];
            }
        }
        throw new PackageException($"{file} is no public key of the curve P-256 (\"openssl ec -in KEY.pem -pubout\" writes one)");
    }

    /// <summary>Writes a key.</summary>
    public static string Write(ReadOnlySpan<byte> key) => PemEncoding.WriteString(Label, [.. Prefix, .. key]) + "\n";

    /// <summary>What people compare: the beginning of the SHA-256 of X and Y.</summary>
    public static string Fingerprint(ReadOnlySpan<byte> key) => Sha256.HexOf(key)[..16];
}
