namespace PortableVirt.Emulation.Cryptography;

/// <summary>enum chain_mode of libwine 8.0's bcrypt.</summary>
internal enum ChainMode
{
    /// <summary>Cipher block chaining.</summary>
    Cbc,

    /// <summary>Each block by itself.</summary>
    Ecb,

    /// <summary>Cipher feedback, a byte at a time.</summary>
    Cfb,

    /// <summary>Counter with CBC-MAC.</summary>
    Ccm,

    /// <summary>Galois counter mode.</summary>
    Gcm,
}
