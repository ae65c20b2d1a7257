using System.Buffers.Binary;
using System.Text;

namespace PortableVirt.Agent.Bus;

/// <summary>Reads values as D-Bus marshals them, of either byte order. A value that does not lie in the bytes is a <see cref="BusException"/>.</summary>
/// <param name="bytes">The bytes, whose beginning is aligned.</param>
/// <param name="isLittle">True for little-endian ones.</param>
internal sealed class BusReader(ReadOnlyMemory<byte> bytes, bool isLittle)
{
    private int _at;

    /// <summary>True at the end.</summary>
    public bool IsEnd => _at >= bytes.Length;

    /// <summary>Goes to a multiple of an alignment.</summary>
    public void Align(int alignment) => Take(-_at & (alignment - 1));

    /// <summary>BYTE.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>UINT32.</summary>
    public uint UInt32()
    {
        Align(4);
        ReadOnlySpan<byte> four = Take(4);
        return isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(four) : BinaryPrimitives.ReadUInt32BigEndian(four);
    }

    /// <summary>STRING or OBJECT_PATH.</summary>
    public string String()
    {
        string text = Encoding.UTF8.GetString(Take(UInt32()));
        Take(1);
        return text;
    }

    /// <summary>SIGNATURE.</summary>
    public string Signature()
    {
        string text = Encoding.ASCII.GetString(Take(Byte()));
        Take(1);
        return text;
    }

    /// <summary>ARRAY of strings.</summary>
    public IReadOnlyList<string> Strings()
    {
        BusReader elements = new(Take(UInt32()).ToArray(), isLittle);
        List<string> strings = [];
        while (!elements.IsEnd)
        {
            strings.Add(elements.String());
            if (!elements.IsEnd)
            {
                elements.Align(4);
            }
        }
        return strings;
    }

    private ReadOnlySpan<byte> Take(uint count) => count <= int.MaxValue ? Take((int)count) : throw new BusException("a value of the bus is longer than its message");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > bytes.Length - _at)
        {
            throw new BusException("a message of the bus is cut");
        }
        ReadOnlySpan<byte> taken = bytes.Span.Slice(_at, count);
        _at += count;
        return taken;
    }
}
