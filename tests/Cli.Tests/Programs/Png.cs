using System.Buffers.Binary;
using System.IO.Compression;

namespace PortableVirt.Cli.Tests.Programs;

/// <summary>Reads the PNG files that these tests meet: eight bits, colour and alpha, no filters.</summary>
internal static class Png
{
    /// <summary>Width, and four bytes a pixel from the top.</summary>
    public static (int Width, byte[] Rgba) Read(ReadOnlySpan<byte> png)
    {
        int width = BinaryPrimitives.ReadInt32BigEndian(png[16..]);
        Assert.Equal(width, BinaryPrimitives.ReadInt32BigEndian(png[20..]));
        Assert.Equal([8, 6, 0, 0, 0], png[24..29].ToArray());
        using MemoryStream packed = new();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png[at..]);
            if (png[(at + 4)..].StartsWith("IDAT"u8))
            {
                packed.Write(png.Slice(at + 8, length));
            }
            at += length + 12;
        }
        packed.Position = 0;
        using ZLibStream stream = new(packed, CompressionMode.Decompress);
        using MemoryStream rows = new();
        stream.CopyTo(rows);
        byte[] all = rows.ToArray();
        Assert.Equal(width * ((width * 4) + 1), all.Length);
        return (width, [.. Enumerable.Range(0, width).SelectMany(y => all.Skip((y * ((width * 4) + 1)) + 1).Take(width * 4))]);
    }
}
