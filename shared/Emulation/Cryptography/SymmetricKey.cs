namespace PortableVirt.Emulation.Cryptography;

/// <summary>A cipher with the state between two calls. Lengths are those of the call; input and output do not overlap.</summary>
internal abstract class SymmetricKey : UnixObject
{
    /// <summary>Bytes in a block.</summary>
    public abstract int BlockSize { get; }

    /// <summary>True where lengths need not be whole blocks.</summary>
    public abstract bool TakesAnyLength { get; }

    /// <summary>Adds data that is authenticated and not encrypted; false where the mode has none, or it comes too late.</summary>
    public virtual bool TryAuthenticate(ReadOnlySpan<byte> data) => false;

    /// <summary>Encrypts the next bytes.</summary>
    public abstract void Encrypt(ReadOnlySpan<byte> input, Span<byte> output);

    /// <summary>Decrypts the next bytes.</summary>
    public abstract void Decrypt(ReadOnlySpan<byte> input, Span<byte> output);

    /// <summary>The tag of all that went through; false where the mode has none. At most 16 bytes.</summary>
    public virtual bool TryGetTag(Span<byte> tag) => false;
}
