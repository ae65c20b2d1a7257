using System.Buffers.Binary;
using PortableVirt.Appliance.Icons;

namespace PortableVirt.Cli.Tests.Programs;

/// <summary>An icon file with pictures of every kind: bitmaps of 1, 4, 8, 24 and 32 bits a pixel and a PNG.</summary>
internal static class IconFile
{
    /// <summary>Colour of all pixels that are not transparent: red, green, blue.</summary>
    public static readonly byte[] Color = [0x20, 0x80, 0xf0];

    /// <summary>Size and bits a pixel; 0 bits for PNG.</summary>
    public static readonly (int Size, int Bits)[] Pictures = [(16, 1), (22, 4), (24, 8), (32, 24), (48, 32), (48, 8), (256, 0)];

    /// <summary>The file. The upper left pixel of every picture is transparent.</summary>
    public static byte[] Make()
    {
        byte[][] pictures = [.. Pictures.Select(p => Picture(p.Size, p.Bits))];
        byte[] head = new byte[6 + (16 * pictures.Length)];
        U16(head, 2, 1);
        U16(head, 4, pictures.Length);
        int offset = head.Length;
        for (int i = 0; i < pictures.Length; i++)
        {
            int at = 6 + (16 * i);
            head[at] = head[at + 1] = (byte)Pictures[i].Size;
            U16(head, at + 4, 1);
            U16(head, at + 6, Pictures[i].Bits == 0 ? 32 : Pictures[i].Bits);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(at + 8), pictures[i].Length);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(at + 12), offset);
            offset += pictures[i].Length;
        }
        return [.. head, .. pictures.SelectMany(p => p)];
    }

    /// <summary>One picture as it stands in an icon.</summary>
    public static byte[] Picture(int size, int bits)
    {
        if (bits == 0)
        {
            byte[] rgba = [.. Enumerable.Range(0, size * size).SelectMany(i => (byte[])[.. Color, i == 0 ? (byte)0 : (byte)0xff])];
            return PngWriter.Write(size, size, rgba);
        }
        int colors = bits > 8 ? 0 : 1 << bits;
        int stride = ((size * bits) + 31) / 32 * 4;
        int maskStride = (size + 31) / 32 * 4;
        byte[] data = new byte[40 + (colors * 4) + ((stride + maskStride) * size)];
        BinaryPrimitives.WriteInt32LittleEndian(data, 40);
        BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(4), size);
        BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(8), size * 2);
        U16(data, 12, 1);
        U16(data, 14, bits);
        byte[] bgr = [Color[2], Color[1], Color[0]];
        if (colors != 0)
        {
            // The last colour is ours, and every index names it.
            bgr.CopyTo(data, 40 + ((colors - 1) * 4));
            data.AsSpan(40 + (colors * 4), stride * size).Fill(0xff);
        }
        else
        {
            for (int i = 0; i < size * size; i++)
            {
                int at = 40 + (i / size * stride) + (i % size * bits / 8);
                bgr.CopyTo(data, at);
                if (bits == 32)
                {
                    data[at + 3] = i == size * (size - 1) ? (byte)0 : (byte)0xff;
                }
            }
        }
        // Rows go from the bottom up: the last row of the mask is the upper one.
        data[^maskStride] = 0x80;
        return data;
    }

    private static void U16(byte[] data, int offset, int value) => BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(offset), (ushort)value);
}
