namespace PortableVirt.Emulation.Cryptography;

/// <summary>Paddings of signatures.</summary>
internal enum SignaturePaddingKind
{
    /// <summary>None: the signature's form needs none.</summary>
    None,

    /// <summary>PKCS #1 version 1.5.</summary>
    Pkcs1,

    /// <summary>PKCS #1 PSS.</summary>
    Pss,
}
