using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Io.Calls;

/// <summary>Writes NT structures field by field into a buffer; fields that do not fit are counted, not written.</summary>
internal ref struct InformationBuffer(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>Offset of the next field; also the size that the whole would need.</summary>
    public int Position { get; private set; }

    /// <summary>True when something did not fit.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Bytes that were written or skipped inside the buffer.</summary>
    public readonly int Written => Math.Min(Position, _buffer.Length);

    public void Add(byte value) => Add([value]);

    public void Add(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        Add(bytes);
    }

    public void Add(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Add(bytes);
    }

    public void Add(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Add(bytes);
    }

    public void Add(long value) => Add((ulong)value);

    /// <summary>UTF-16 text without a terminator; what fits is written in whole characters.</summary>
    public void Add(string text) => Add(MemoryMarshal.AsBytes(text.AsSpan()));

    public void Add(scoped ReadOnlySpan<byte> bytes)
    {
        int room = Math.Max(0, _buffer.Length - Position);
        if (bytes.Length > room)
        {
            Overflowed = true;
            bytes[..(room & ~1)].CopyTo(_buffer[Math.Min(Position, _buffer.Length)..]);
        }
        else
        {
            bytes.CopyTo(_buffer[Position..]);
        }
        Position += bytes.Length;
    }

    /// <summary>Goes on at an offset; what lies between stays zero.</summary>
    public void Seek(int position)
    {
        Overflowed |= position > _buffer.Length;
        Position = position;
    }
}
