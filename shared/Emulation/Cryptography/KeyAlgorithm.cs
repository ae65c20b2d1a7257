namespace PortableVirt.Emulation.Cryptography;

/// <summary>enum alg_id of libwine 8.0's bcrypt, the keys of it.</summary>
internal enum KeyAlgorithm
{
    /// <summary>Triple DES.</summary>
    TripleDes = 0,

    /// <summary>AES.</summary>
    Aes = 1,

    /// <summary>RSA.</summary>
    Rsa = 9,

    /// <summary>ECDH on NIST P-256.</summary>
    EcdhP256 = 10,

    /// <summary>ECDH on NIST P-384.</summary>
    EcdhP384 = 11,

    /// <summary>RSA for signatures alone.</summary>
    RsaSign = 12,

    /// <summary>ECDSA on NIST P-256.</summary>
    EcdsaP256 = 13,

    /// <summary>ECDSA on NIST P-384.</summary>
    EcdsaP384 = 14,

    /// <summary>DSA.</summary>
    Dsa = 15,
}
