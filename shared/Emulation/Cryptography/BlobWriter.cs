using System.Buffers.Binary;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>Puts numbers into a key's blob, first to last.</summary>
internal sealed class BlobWriter
{
    private readonly MemoryStream _bytes = new();

    /// <summary>Appends a little-endian 32-bit number.</summary>
    public BlobWriter Number(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>Appends bytes as they are.</summary>
    public BlobWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>Appends a big-endian number, with zeros before it up to a length.</summary>
    public BlobWriter Padded(ReadOnlySpan<byte> number, int length)
    {
        _bytes.Write(Pad(number, length));
        return this;
    }

    /// <summary>Appends a number in CryptoAPI's order, the low end first, with zeros behind it up to a length.</summary>
    public BlobWriter Reversed(ReadOnlySpan<byte> number, int length)
    {
        byte[] padded = Pad(number, length);
        Array.Reverse(padded);
        _bytes.Write(padded);
        return this;
    }

    /// <summary>All that was written.</summary>
    public byte[] ToArray() => _bytes.ToArray();

    /// <summary>A big-endian number with exactly <paramref name="length"/> bytes; only zeros are left out or put before it.</summary>
    public static byte[] Pad(ReadOnlySpan<byte> number, int length)
    {
        number = number.TrimStart((byte)0);
        byte[] padded = new byte[Math.Max(length, number.Length)];
        number.CopyTo(padded.AsSpan(padded.Length - number.Length));
        return padded;
    }
}
