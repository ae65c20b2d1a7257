using System.Buffers.Binary;
using System.Text;

namespace PortableVirt.Agent.Bus;

/// <summary>Writes values as D-Bus marshals them, little-endian, each aligned from the beginning (D-Bus Specification, "Marshaling").</summary>
internal sealed class BusWriter
{
    private readonly List<byte> _bytes = [];

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Bytes => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes);

    /// <summary>Bytes that were written.</summary>
    public int Length => _bytes.Count;

    /// <summary>Fills up to a multiple of an alignment.</summary>
    public void Align(int alignment) => _bytes.AddRange(new byte[-_bytes.Count & (alignment - 1)]);

    /// <summary>BYTE.</summary>
    public void Byte(byte value) => _bytes.Add(value);

    /// <summary>UINT32.</summary>
    public void UInt32(uint value)
    {
        Align(4);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.AddRange(bytes);
    }

    /// <summary>INT32.</summary>
    public void Int32(int value) => UInt32((uint)value);

    /// <summary>STRING or OBJECT_PATH. A string ends at its first NUL, which D-Bus forbids.</summary>
    public void String(string value)
    {
        byte[] text = Encoding.UTF8.GetBytes(value.Split('\0')[0]);
        UInt32((uint)text.Length);
        _bytes.AddRange(text);
        _bytes.Add(0);
    }

    /// <summary>SIGNATURE.</summary>
    public void Signature(string value)
    {
        _bytes.Add((byte)value.Length);
        _bytes.AddRange(Encoding.ASCII.GetBytes(value));
        _bytes.Add(0);
    }

    /// <summary>VARIANT.</summary>
    public void Variant(string signature, Action value)
    {
        Signature(signature);
        value();
    }

    /// <summary>ARRAY.</summary>
    /// <param name="alignment">Alignment of its elements.</param>
    /// <param name="elements">Writes them.</param>
    public void Array(int alignment, Action elements)
    {
        UInt32(0);
        int length = _bytes.Count - 4;
        Align(alignment);
        int start = _bytes.Count;
        elements();
        BinaryPrimitives.WriteUInt32LittleEndian(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes)[length..], (uint)(_bytes.Count - start));
    }

    /// <summary>Bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);
}
