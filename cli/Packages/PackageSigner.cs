using System.Security.Cryptography;
using System.Text;
using PortableVirt.Appliance.Format;

namespace PortableVirt.Cli.Packages;

/// <summary>Signs manifests with .NET's ECDSA, which needs OpenSSL's libraries on the computer that packs.</summary>
internal static class PackageSigner
{
    private const UnixFileMode OwnerReads = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The signature of a manifest.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="keyFile">Private key of P-256 as PEM, not encrypted.</param>
    /// <exception cref="PackageException">The file holds no such key, or OpenSSL is not installed.</exception>
    public static PackageSignature Sign(PackageManifest manifest, string keyFile) => WithOpenSsl(() =>
    {
        string text = File.ReadAllText(keyFile);
        using ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new PackageException($"{keyFile} is no private key that can sign: {e.Message} (pvctl trust create KEY.pem makes one)");
        }
        ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
        if (key.KeySize != 256 || !P256.IsKey([.. parameters.Q.X!, .. parameters.Q.Y!]))
        {
            throw new PackageException($"{keyFile} is a key of another curve than P-256 (pvctl trust create KEY.pem makes one)");
        }
        byte[] value = key.SignData(Encoding.UTF8.GetBytes(manifest.Write()), HashAlgorithmName.SHA256);
        return new PackageSignature((byte[])[.. parameters.Q.X!, .. parameters.Q.Y!], value);
    });

    /// <summary>Makes a new key that only its owner can read; the public key's 64 bytes. Throws <see cref="IOException"/> when the file exists.</summary>
    public static byte[] Create(string keyFile) => WithOpenSsl(() =>
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using (FileStream file = new(keyFile, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerReads }))
        {
            file.Write(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
            file.Flush(flushToDisk: true);
        }
        ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
        return (byte[])[.. parameters.Q.X!, .. parameters.Q.Y!];
    });

    private static T WithOpenSsl<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or PlatformNotSupportedException)
        {
            throw new PackageException($"keys cannot be made or used here: OpenSSL's library (libssl3) is not installed ({e.GetBaseException().Message})");
        }
    }
}
