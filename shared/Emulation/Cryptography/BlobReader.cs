namespace PortableVirt.Emulation.Cryptography;

/// <summary>Takes numbers out of a key's blob, first to last. A blob that is too short is remembered, not thrown.</summary>
/// <param name="blob">The blob's bytes.</param>
internal ref struct BlobReader(ReadOnlySpan<byte> blob)
{
    private ReadOnlySpan<byte> _rest = blob;

    /// <summary>True once more was asked for than there is.</summary>
    public bool IsShort { get; private set; }

    /// <summary>The next bytes, as they are; empty when there are fewer.</summary>
    public byte[] Take(uint length)
    {
        if (length > (uint)_rest.Length)
        {
            IsShort = true;
            return [];
        }
        byte[] taken = _rest[..(int)length].ToArray();
        _rest = _rest[(int)length..];
        return taken;
    }

    /// <summary>The next bytes in reverse order: CryptoAPI's numbers begin with their low end.</summary>
    public byte[] TakeReversed(uint length)
    {
        byte[] taken = Take(length);
        Array.Reverse(taken);
        return taken;
    }

    /// <summary>The next little-endian 32-bit number; 0 when there is none.</summary>
    public uint TakeNumber() => Take(sizeof(uint)) is { Length: sizeof(uint) } bytes ? BitConverter.ToUInt32(bytes) : 0;
}
