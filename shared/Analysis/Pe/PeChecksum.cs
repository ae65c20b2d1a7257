using System.Buffers.Binary;

namespace PortableVirt.Analysis.Pe;

/// <summary>The image checksum: a folded 16-bit sum of the file without the checksum field, plus the file's length.</summary>
public static class PeChecksum
{
    /// <summary>Computes the checksum of a whole file.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="fieldOffset">Offset of the 4-byte checksum field (<see cref="PeHeaders.CheckSumOffset"/>), which must be even and inside the file.</param>
    public static uint Compute(ReadOnlySpan<byte> file, int fieldOffset)
    {
        ulong sum = Sum(file[..fieldOffset]) + Sum(file[(fieldOffset + 4)..]);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return (uint)(((sum + (sum >> 16)) & 0xffff) + (ulong)file.Length);
    }

    private static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        int i = 0;
        for (; i + 1 < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16LittleEndian(bytes[i..]);
        }
        return i < bytes.Length ? sum + bytes[i] : sum;
    }
}
