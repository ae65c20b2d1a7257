using System.Buffers.Binary;

namespace PortableVirt.Analysis.Pe;

/// <summary>Reads the base relocations (IMAGE_BASE_RELOCATION blocks).</summary>
public static class PeRelocations
{
    /// <summary>The relocations without padding entries; ends at the first damaged block. At most one for two bytes of the directory.</summary>
    public static IEnumerable<PeRelocation> Read(PeImage image)
    {
        PeDataDirectory directory = image.Directory(PeDirectory.BaseRelocation);
        int length = (int)Math.Min(directory.IsPresent ? directory.Size : 0, (uint)image.BytesAt(directory.Rva).Length);
        int position = 0;
        while (position + 8 <= length)
        {
            (uint page, uint size) = BlockAt(image, directory.Rva, position);
            if (size < 8 || size > (uint)(length - position))
            {
                yield break;
            }
            for (int i = position + 8; i + 2 <= position + (int)size; i += 2)
            {
                ushort entry = BinaryPrimitives.ReadUInt16LittleEndian(image.BytesAt(directory.Rva)[i..]);
                if (entry >> 12 != 0)
                {
                    yield return new PeRelocation(page + (entry & 0xfffu), (byte)(entry >> 12));
                }
            }
            position += (int)size;
        }
    }

    private static (uint Page, uint Size) BlockAt(PeImage image, uint rva, int position)
    {
        ReadOnlySpan<byte> block = image.BytesAt(rva).Slice(position, 8);
        return (BinaryPrimitives.ReadUInt32LittleEndian(block), BinaryPrimitives.ReadUInt32LittleEndian(block[4..]));
    }
}
