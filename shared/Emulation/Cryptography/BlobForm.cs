namespace PortableVirt.Emulation.Cryptography;

/// <summary>Which blob of a key is meant.</summary>
internal enum BlobForm
{
    /// <summary>The public key.</summary>
    Public,

    /// <summary>With the private key.</summary>
    Private,

    /// <summary>RSA with all numbers that can be computed from the private key.</summary>
    FullPrivate,

    /// <summary>The public key in the form of CryptoAPI.</summary>
    LegacyPublic,

    /// <summary>With the private key, in the form of CryptoAPI.</summary>
    LegacyPrivate,
}
