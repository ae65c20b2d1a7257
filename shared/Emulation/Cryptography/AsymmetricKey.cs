namespace PortableVirt.Emulation.Cryptography;

/// <summary>
/// A pair of keys, or the public one alone. The framework's exceptions about damaged keys and data (CryptographicException) pass through; the
/// caller makes a status of them.
/// </summary>
internal abstract class AsymmetricKey : UnixObject
{
    /// <summary>The same key again, independent of this one.</summary>
    public abstract AsymmetricKey Copy();

    /// <summary>The key as a blob of bcrypt.</summary>
    /// <param name="form">Which blob.</param>
    /// <param name="seed">DSSSEED for the blobs that have one.</param>
    /// <param name="blob">Its bytes.</param>
    /// <returns><see cref="NtStatus.InvalidParameter"/> without the private key that was asked for.</returns>
    public abstract NtStatus Export(BlobForm form, ReadOnlySpan<byte> seed, out byte[] blob);

    /// <summary>Signs a hash.</summary>
    public virtual NtStatus Sign(ReadOnlySpan<byte> hash, SignaturePadding padding, out byte[] signature)
    {
        signature = [];
        return NtStatus.NotSupported;
    }

    /// <summary>Length of a signature in bytes.</summary>
    public virtual int SignatureLength => 0;

    /// <summary>Checks a signature; <see cref="NtStatus.InvalidSignature"/> when it is not the hash's.</summary>
    public virtual NtStatus Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, SignaturePadding padding) => NtStatus.NotSupported;

    /// <summary>Encrypts with PKCS #1 padding.</summary>
    public virtual NtStatus Encrypt(ReadOnlySpan<byte> plain, out byte[] cipher)
    {
        cipher = [];
        return NtStatus.NotSupported;
    }

    /// <summary>Decrypts with PKCS #1 padding.</summary>
    public virtual NtStatus Decrypt(ReadOnlySpan<byte> cipher, out byte[] plain)
    {
        plain = [];
        return NtStatus.NotSupported;
    }
}
