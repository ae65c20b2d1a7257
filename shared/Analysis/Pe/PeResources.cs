using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PortableVirt.Analysis.Pe;

/// <summary>Walks the resource tree (IMAGE_RESOURCE_DIRECTORY), which has three levels: type, name, language.</summary>
public static class PeResources
{
    /// <summary>RT_ICON.</summary>
    public const ushort Icon = 3;

    /// <summary>RT_GROUP_ICON.</summary>
    public const ushort GroupIcon = 14;

    /// <summary>RT_VERSION.</summary>
    public const ushort Version = 16;

    /// <summary>RT_MANIFEST.</summary>
    public const ushort Manifest = 24;

    /// <summary>Most directory entries that one walk visits.</summary>
    public const int Limit = 0x10000;

    private const int Levels = 3;

    /// <summary>All resources in the tree's order, or those of one type; damaged branches are left out.</summary>
    public static List<PeResource> Read(PeImage image, ushort? type = null)
    {
        List<PeResource> result = [];
        PeDataDirectory directory = image.Directory(PeDirectory.Resource);
        if (directory.IsPresent)
        {
            ReadOnlySpan<byte> tree = image.BytesAt(directory.Rva);
            int budget = Limit;
            Walk(tree, 0, 0, [default, default, default], type, result, ref budget);
        }
        return result;
    }

    /// <summary>The data of a resource; false when the file has not got it all.</summary>
    public static bool TryGetData(PeImage image, in PeResource resource, out ReadOnlySpan<byte> data) => image.TryRead(resource.Rva, resource.Size, out data);

    private static void Walk(ReadOnlySpan<byte> tree, uint offset, int level, PeResourceId[] path, ushort? type, List<PeResource> result, ref int budget)
    {
        if (offset > (uint)tree.Length || tree.Length - offset < 16)
        {
            return;
        }
        ReadOnlySpan<byte> entries = tree[(int)offset..];
        int count = U16(entries, 12) + U16(entries, 14);
        entries = entries[16..];
        for (int i = 0; i < count && entries.Length >= (i + 1) * 8 && budget > 0; i++)
        {
            budget--;
            uint id = U32(entries, i * 8);
            uint target = U32(entries, (i * 8) + 4);
            path[level] = Identify(tree, id);
            if (level == 0 && type is { } wanted && (path[0].Text is not null || path[0].Number != wanted))
            {
                continue;
            }
            bool isDirectory = (target & 0x8000_0000) != 0;
            target &= 0x7fff_ffff;
            if (isDirectory && level + 1 < Levels)
            {
                Walk(tree, target, level + 1, path, type, result, ref budget);
            }
            else if (!isDirectory && level == Levels - 1 && target <= (uint)tree.Length && tree.Length - target >= 16)
            {
                ReadOnlySpan<byte> leaf = tree[(int)target..];
                result.Add(new PeResource(path[0], path[1], path[2].Number, U32(leaf, 0), U32(leaf, 4)));
            }
        }
    }

    private static PeResourceId Identify(ReadOnlySpan<byte> tree, uint id)
    {
        if ((id & 0x8000_0000) == 0)
        {
            return new PeResourceId((ushort)id, null);
        }
        id &= 0x7fff_ffff;
        if (id > (uint)tree.Length || tree.Length - id < 2)
        {
            return new PeResourceId(0, "");
        }
        ReadOnlySpan<byte> text = tree[(int)id..];
        int bytes = Math.Min(U16(text, 0) * 2, (text.Length - 2) & ~1);
        return new PeResourceId(0, new string(MemoryMarshal.Cast<byte, char>(text.Slice(2, bytes))));
    }

    private static ushort U16(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(data[offset..]);

    private static uint U32(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(data[offset..]);
}
