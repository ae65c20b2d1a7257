using System.Buffers.Binary;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>A copy of the parameters of a unix call. Every number in it is the program's.</summary>
/// <param name="bytes">The block's bytes.</param>
internal readonly ref struct ParameterBlock(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The address at an offset.</summary>
    public GuestPointer Pointer(int offset) => new(Number64(offset));

    /// <summary>The 32-bit number at an offset.</summary>
    public uint Number(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[offset..]);

    /// <summary>The 64-bit number at an offset.</summary>
    public ulong Number64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes[offset..]);
}
