using System.Buffers.Binary;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>
/// GHASH (NIST SP 800-38D section 6.4): a polynomial over GF(2^128), four bits at a time by a table of the multiples of its point. The table's use
/// depends on the data, as in every implementation with tables; the data is the program's own and so is the processor time.
/// </summary>
internal sealed class GaloisHash
{
    private const int Block = 16;
    private readonly UInt128[] _multiples;
    private readonly byte[] _rest = new byte[Block];
    private int _restLength;
    private UInt128 _state;

    /// <summary>An empty hash.</summary>
    /// <param name="point">The block of zeros, encrypted.</param>
    public GaloisHash(ReadOnlySpan<byte> point)
    {
        _multiples = new UInt128[16];
        UInt128 power = BinaryPrimitives.ReadUInt128BigEndian(point);
        for (int bit = 8; bit != 0; bit >>= 1)
        {
            _multiples[bit] = power;
            power = Double(power);
        }
        for (int i = 1; i < _multiples.Length; i++)
        {
            int lowest = i & -i;
            _multiples[i] = lowest == i ? _multiples[i] : _multiples[lowest] ^ _multiples[i ^ lowest];
        }
    }

    private GaloisHash(GaloisHash other)
    {
        _multiples = other._multiples;
        _state = other._state;
        _restLength = other._restLength;
        other._rest.CopyTo(_rest, 0);
    }

    /// <summary>The same state once more.</summary>
    public GaloisHash Copy() => new(this);

    /// <summary>Appends bytes; they need not be whole blocks.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (_restLength == 0 && data.Length >= Block)
            {
                Append(BinaryPrimitives.ReadUInt128BigEndian(data));
                data = data[Block..];
                continue;
            }
            int count = Math.Min(Block - _restLength, data.Length);
            data[..count].CopyTo(_rest.AsSpan(_restLength));
            _restLength += count;
            data = data[count..];
            if (_restLength == Block)
            {
                EndPart();
            }
        }
    }

    /// <summary>Fills the block that was begun with zeros.</summary>
    public void EndPart()
    {
        if (_restLength != 0)
        {
            _rest.AsSpan(_restLength).Clear();
            _restLength = 0;
            Append(BinaryPrimitives.ReadUInt128BigEndian(_rest));
        }
    }

    /// <summary>Appends the last block: two lengths in bits.</summary>
    public void AppendLengths(ulong first, ulong second) => Append(new UInt128(first, second));

    /// <summary>The hash, 16 bytes.</summary>
    public void Read(Span<byte> target) => BinaryPrimitives.WriteUInt128BigEndian(target, _state);

    private static UInt128 Double(UInt128 value)
    {
        UInt128 half = value >> 1;
        return (value & 1) == 0 ? half : half ^ new UInt128(0xe1ul << 56, 0);
    }

    private void Append(UInt128 block)
    {
        UInt128 value = _state ^ block;
        UInt128 product = 0;
        for (int i = 0; i < 32; i++)
        {
            // By x^4; the highest power that falls out comes back as x^128 = x^7 + x^2 + x + 1, from a table of 16 that is computed in place.
            UInt128 low = product & 0xf;
            product >>= 4;
            product ^= new UInt128(Reduction((int)low) << 48, 0);
            product ^= _multiples[(int)(value & 0xf)];
            value >>= 4;
        }
        _state = product;
    }

    /// <summary>What four bits that fall out at the low end add at the high end, in its upper 16 bits.</summary>
    private static ulong Reduction(int bits)
    {
        const ulong polynomial = 0xe100;
        ulong sum = 0;
        for (int i = 0; i < 4; i++)
        {
            if ((bits & (1 << i)) != 0)
            {
                sum ^= polynomial >> (3 - i);
            }
        }
        return sum;
    }
}
