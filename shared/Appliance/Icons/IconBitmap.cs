using System.Buffers.Binary;

namespace PortableVirt.Appliance.Icons;

/// <summary>
/// Turns the bitmap form of an icon's picture (BITMAPINFOHEADER, colours, mask; "Icons", Windows documentation) into PNG. Bitmaps without compression of 1,
/// 4, 8, 24 and 32 bits a pixel are known; everything in them is hostile.
/// </summary>
internal static class IconBitmap
{
    private const int HeaderSize = 40;

    /// <summary>The picture, or null when the bitmap is damaged or of a kind that icons do not have.</summary>
    public static IconImage? ToPng(ReadOnlySpan<byte> data)
    {
        if (data.Length < HeaderSize || I32(data, 0) != HeaderSize || I32(data, 16) != 0)
        {
            return null;
        }
        // The height counts the mask below the colours.
        int size = I32(data, 4);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(data[14..]);
        if (size is <= 0 or > IconReader.LargestSize || I32(data, 8) != size * 2 || bits is not (1 or 4 or 8 or 24 or 32))
        {
            return null;
        }
        int used = I32(data, 32);
        int colors = bits > 8 ? 0 : used is > 0 and <= 256 ? used : 1 << bits;
        int stride = Stride(size, bits);
        int pixels = HeaderSize + (colors * 4);
        if (data.Length < pixels + (stride * size))
        {
            return null;
        }
        byte[] rgba = new byte[size * size * 4];
        bool hasAlpha = false;
        for (int y = 0; y < size; y++)
        {
            ReadOnlySpan<byte> row = data.Slice(pixels + ((size - 1 - y) * stride), stride);
            for (int x = 0; x < size; x++)
            {
                Span<byte> pixel = rgba.AsSpan(((y * size) + x) * 4, 4);
                hasAlpha |= ReadPixel(row, x, bits, data.Slice(HeaderSize, colors * 4), pixel);
            }
        }
        if (!hasAlpha)
        {
            ApplyMask(rgba, size, data[(pixels + (stride * size))..]);
        }
        return new IconImage(size, PngWriter.Write(size, size, rgba));
    }

    /// <summary>Reads one pixel; true when it has an alpha value of its own.</summary>
    private static bool ReadPixel(ReadOnlySpan<byte> row, int x, int bits, ReadOnlySpan<byte> palette, Span<byte> pixel)
    {
        ReadOnlySpan<byte> bgr;
        byte alpha = 0;
        if (bits > 8)
        {
            bgr = row[(x * bits / 8)..];
            alpha = bits == 32 ? bgr[3] : (byte)0;
        }
        else
        {
            int perByte = 8 / bits;
            int index = (row[x / perByte] >> ((perByte - 1 - (x % perByte)) * bits)) & ((1 << bits) - 1);
            if (index >= palette.Length / 4)
            {
                return false;
            }
            bgr = palette[(index * 4)..];
        }
        (pixel[0], pixel[1], pixel[2], pixel[3]) = (bgr[2], bgr[1], bgr[0], alpha);
        return alpha != 0;
    }

    /// <summary>A set bit of the mask is a transparent pixel; where the mask is cut off all are opaque.</summary>
    private static void ApplyMask(byte[] rgba, int size, ReadOnlySpan<byte> mask)
    {
        int stride = Stride(size, 1);
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                int at = ((size - 1 - y) * stride) + (x / 8);
                bool isTransparent = at < mask.Length && (mask[at] >> (7 - (x % 8)) & 1) != 0;
                rgba[(((y * size) + x) * 4) + 3] = isTransparent ? (byte)0 : (byte)0xff;
            }
        }
    }

    private static int Stride(int width, int bits) => ((width * bits) + 31) / 32 * 4;

    private static int I32(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadInt32LittleEndian(data[offset..]);
}
