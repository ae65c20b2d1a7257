using System.Buffers.Binary;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Appliance.Icons;

/// <summary>Reads a program's icon: the first icon group of its resources (RT_GROUP_ICON), which is the one that Windows shows for the file.</summary>
public static class IconReader
{
    /// <summary>Largest width and height in pixels.</summary>
    public const int LargestSize = 1024;

    private const int LargestPng = 4 << 20;
    private const int GroupHeader = 6;
    private const int GroupEntry = 14;

    /// <summary>The pictures by size, the best of each; empty for a program without an icon. Damaged pictures are left out.</summary>
    public static IReadOnlyList<IconImage> Read(PeImage image)
    {
        List<PeResource> groups = PeResources.Read(image, PeResources.GroupIcon);
        if (groups.Count == 0 || !PeResources.TryGetData(image, groups[0], out ReadOnlySpan<byte> group) || group.Length < GroupHeader)
        {
            return [];
        }
        List<PeResource> icons = PeResources.Read(image, PeResources.Icon);
        int count = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(group[4..]), (group.Length - GroupHeader) / GroupEntry);
        SortedDictionary<int, (int Bits, IconImage Image)> best = [];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = group.Slice(GroupHeader + (i * GroupEntry), GroupEntry);
            int bits = BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]);
            ushort id = BinaryPrimitives.ReadUInt16LittleEndian(entry[12..]);
            PeResource icon = icons.Find(r => r.Name.Text is null && r.Name.Number == id);
            if (icon.Size != 0 && PeResources.TryGetData(image, icon, out ReadOnlySpan<byte> data) && ToPng(data) is { } picture
                && (!best.TryGetValue(picture.Size, out (int Bits, IconImage Image) other) || bits > other.Bits))
            {
                best[picture.Size] = (bits, picture);
            }
        }
        return [.. best.Values.Select(b => b.Image)];
    }

    private static IconImage? ToPng(ReadOnlySpan<byte> data)
    {
        if (!data.StartsWith(PngWriter.Signature))
        {
            return IconBitmap.ToPng(data);
        }
        // The signature, then IHDR: length, type, width, height.
        if (data.Length is < 33 or > LargestPng || !data[12..].StartsWith("IHDR"u8))
        {
            return null;
        }
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data[16..]);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(data[20..]);
        return width == height && width is > 0 and <= LargestSize ? new IconImage((int)width, data.ToArray()) : null;
    }
}
