using System.Buffers.Binary;
using PortableVirt.Appliance.Format;

namespace PortableVirt.Appliance.Icons;

/// <summary>Writes PNG files (ISO/IEC 15948) of eight bits a channel with alpha. Nothing is compressed: icons are small, and no library is needed.</summary>
public static class PngWriter
{
    private const int LargestBlock = 0xffff;

    /// <summary>The eight bytes that PNG files begin with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    /// <summary>A PNG file.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="rgba">Rows from the top, four bytes a pixel.</param>
    public static byte[] Write(int width, int height, ReadOnlySpan<byte> rgba)
    {
        using MemoryStream output = new();
        output.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        // Eight bits, true colour with alpha; the usual compression, filters and order.
        header[8] = 8;
        header[9] = 6;
        header[10..].Clear();
        WriteChunk(output, "IHDR"u8, header);
        int stride = width * 4;
        byte[] rows = new byte[height * (stride + 1)];
        for (int y = 0; y < height; y++)
        {
            rgba.Slice(y * stride, stride).CopyTo(rows.AsSpan((y * (stride + 1)) + 1));
        }
        WriteChunk(output, "IDAT"u8, Stored(rows));
        WriteChunk(output, "IEND"u8, []);
        return output.ToArray();
    }

    /// <summary>A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4).</summary>
    private static byte[] Stored(ReadOnlySpan<byte> data)
    {
        using MemoryStream output = new();
        output.Write([0x78, 0x01]);
        Span<byte> block = stackalloc byte[5];
        uint checksum = Adler32(data);
        do
        {
            int length = Math.Min(data.Length, LargestBlock);
            block[0] = length == data.Length ? (byte)1 : (byte)0;
            BinaryPrimitives.WriteUInt16LittleEndian(block[1..], (ushort)length);
            BinaryPrimitives.WriteUInt16LittleEndian(block[3..], (ushort)~length);
            output.Write(block);
            output.Write(data[..length]);
            data = data[length..];
        }
        while (!data.IsEmpty);
        BinaryPrimitives.WriteUInt32BigEndian(block, checksum);
        output.Write(block[..4]);
        return output.ToArray();
    }

    private static uint Adler32(ReadOnlySpan<byte> data)
    {
        uint a = 1;
        uint b = 0;
        foreach (byte value in data)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }
        return (b << 16) | a;
    }

    private static void WriteChunk(MemoryStream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        output.Write(number);
        output.Write(type);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Add(Crc32.Add(0, type), data));
        output.Write(number);
    }
}
