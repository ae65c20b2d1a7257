using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace PortableVirt.Corpus.Tests;

/// <summary>A picture of gradients, 200 by 150 pixels of 24 bits.</summary>
public static class SampleImage
{
    /// <summary>Width in pixels.</summary>
    public const int Width = 200;

    /// <summary>Height in pixels.</summary>
    public const int Height = 150;

    /// <summary>The picture as a binary portable pixmap.</summary>
    public static byte[] Ppm() => [.. Encoding.ASCII.GetBytes($"P6\n{Width} {Height}\n255\n"), .. Enumerable.Range(0, Height).SelectMany(Row)];

    /// <summary>The picture as a PNG file (W3C Portable Network Graphics specification): RGB, filter type 0.</summary>
    public static byte[] Png()
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        header[8] = 8;
        header[9] = 2;
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write([.. Enumerable.Range(0, Height).SelectMany(y => Row(y).Prepend((byte)0))]);
        }

        return
        [
            0x89, .. "PNG\r\n\x1a\n"u8,
            .. Chunk("IHDR", header), .. Chunk("IDAT", compressed.ToArray()), .. Chunk("IEND", []),
        ];
    }

    private static IEnumerable<byte> Row(int y)
    {
        for (int x = 0; x < Width; x++)
        {
            yield return (byte)(x * 255 / Width);
            yield return (byte)(y * 255 / Height);
            yield return (byte)(x * y);
        }
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        byte[] length = new byte[4];
        byte[] check = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(check, Crc32(body));
        return [.. length, .. body, .. check];
    }

    private static uint Crc32(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return ~crc;
    }
}
