using System.Buffers.Binary;

namespace PortableVirt.Analysis.Pe;

/// <summary>One entry of the security directory (WIN_CERTIFICATE).</summary>
/// <param name="Revision">0x100 or 0x200.</param>
/// <param name="Type">2: PKCS #7 signed data (Authenticode).</param>
/// <param name="Offset">File offset of the certificate's own bytes.</param>
/// <param name="Length">Their number.</param>
public readonly record struct PeCertificate(ushort Revision, ushort Type, int Offset, int Length)
{
    private const int Limit = 64;

    /// <summary>Reads the security directory: at most 64 entries, as far as they lie inside the file.</summary>
    public static List<PeCertificate> Read(PeImage image)
    {
        List<PeCertificate> result = [];
        PeDataDirectory directory = image.Directory(PeDirectory.Security);
        ReadOnlySpan<byte> data = image.Data.Span;
        long position = directory.Rva;
        long end = Math.Min(position + directory.Size, data.Length);
        while (directory.IsPresent && position + 8 <= end && result.Count < Limit)
        {
            ReadOnlySpan<byte> header = data.Slice((int)position, 8);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(header);
            if (length < 8 || length > end - position)
            {
                break;
            }
            result.Add(new PeCertificate(
                BinaryPrimitives.ReadUInt16LittleEndian(header[4..]), BinaryPrimitives.ReadUInt16LittleEndian(header[6..]), (int)position + 8, (int)length - 8));
            position += (length + 7) & ~7L;
        }
        return result;
    }
}
