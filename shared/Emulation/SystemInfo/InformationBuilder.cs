using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>
/// Builds the byte image of a variable-sized NT structure: fields are appended little endian; pointers are written as guest
/// addresses of places in the same buffer.
/// </summary>
/// <param name="baseAddress">Guest address at which the image will lie.</param>
internal sealed class InformationBuilder(ulong baseAddress = 0)
{
    private byte[] _data = new byte[128];

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>The image.</summary>
    public ReadOnlySpan<byte> Data => _data.AsSpan(0, Length);

    /// <summary>Appends <paramref name="count"/> zero bytes and gives their offset.</summary>
    public int Reserve(int count)
    {
        int offset = Length;
        if (Length + count > _data.Length)
        {
            Array.Resize(ref _data, Math.Max(_data.Length * 2, Length + count));
        }
        Length += count;
        return offset;
    }

    /// <summary>Pads with zeros to a multiple of <paramref name="alignment"/> and gives the offset.</summary>
    public int Align(int alignment)
    {
        Reserve((alignment - (Length % alignment)) % alignment);
        return Length;
    }

    /// <summary>Appends an 8-bit field.</summary>
    public InformationBuilder U8(byte value) => Bytes([value]);

    /// <summary>Appends a 16-bit field.</summary>
    public InformationBuilder U16(ushort value)
    {
        int offset = Reserve(2);
        BinaryPrimitives.WriteUInt16LittleEndian(_data.AsSpan(offset), value);
        return this;
    }

    /// <summary>Appends a 32-bit field.</summary>
    public InformationBuilder U32(uint value)
    {
        SetU32(Reserve(4), value);
        return this;
    }

    /// <summary>Appends a 64-bit field.</summary>
    public InformationBuilder U64(ulong value)
    {
        SetU64(Reserve(8), value);
        return this;
    }

    /// <summary>Appends a signed 64-bit field.</summary>
    public InformationBuilder I64(long value) => U64((ulong)value);

    /// <summary>Appends bytes.</summary>
    public InformationBuilder Bytes(ReadOnlySpan<byte> bytes)
    {
        int offset = Reserve(bytes.Length);
        bytes.CopyTo(_data.AsSpan(offset));
        return this;
    }

    /// <summary>Appends UTF-16 text without a terminator.</summary>
    public InformationBuilder Utf16(ReadOnlySpan<char> text) => Bytes(MemoryMarshal.AsBytes(text));

    /// <summary>Appends an empty UNICODE_STRING (16 bytes) to be filled by <see cref="SetUnicodeString"/>.</summary>
    public int ReserveUnicodeString() => Reserve(16);

    /// <summary>Appends the text with a terminator and makes the UNICODE_STRING at <paramref name="offset"/> describe it.</summary>
    public void SetUnicodeString(int offset, string text)
    {
        int place = Length;
        Utf16(text).U16(0);
        BinaryPrimitives.WriteUInt16LittleEndian(_data.AsSpan(offset), (ushort)(text.Length * 2));
        BinaryPrimitives.WriteUInt16LittleEndian(_data.AsSpan(offset + 2), (ushort)((text.Length * 2) + 2));
        SetU64(offset + 8, baseAddress + (ulong)place);
    }

    /// <summary>Writes a 32-bit field at an offset.</summary>
    public void SetU32(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_data.AsSpan(offset, 4), value);

    /// <summary>Writes bytes at an offset.</summary>
    public void Set(int offset, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_data.AsSpan(offset, bytes.Length));

    /// <summary>Writes a 64-bit field at an offset.</summary>
    public void SetU64(int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(_data.AsSpan(offset, 8), value);

    /// <summary>Makes the 64-bit field at <paramref name="offset"/> the guest address of the place where the next byte goes.</summary>
    public void PointHere(int offset) => SetU64(offset, baseAddress + (ulong)Length);
}
