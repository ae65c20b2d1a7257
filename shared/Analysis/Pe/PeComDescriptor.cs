using System.Buffers.Binary;

namespace PortableVirt.Analysis.Pe;

/// <summary>The .NET header (IMAGE_COR20_HEADER). Source: ECMA-335 II.25.3.3.</summary>
/// <param name="MajorRuntimeVersion">Runtime version, major.</param>
/// <param name="MinorRuntimeVersion">Runtime version, minor.</param>
/// <param name="Metadata">The metadata.</param>
/// <param name="Flags">COMIMAGE_FLAGS_.</param>
public readonly record struct PeComDescriptor(ushort MajorRuntimeVersion, ushort MinorRuntimeVersion, PeDataDirectory Metadata, uint Flags)
{
    private const uint Size = 72;

    /// <summary>COMIMAGE_FLAGS_ILONLY: no native code.</summary>
    public bool IsIlOnly => (Flags & 1) != 0;

    /// <summary>COMIMAGE_FLAGS_32BITREQUIRED (without the "preferred" flag).</summary>
    public bool Requires32Bit => (Flags & 0x20002) == 2;

    /// <summary>COMIMAGE_FLAGS_32BITPREFERRED.</summary>
    public bool Prefers32Bit => (Flags & 0x20000) != 0;

    /// <summary>Reads the header; false for a file without one.</summary>
    public static bool TryRead(PeImage image, out PeComDescriptor descriptor)
    {
        descriptor = default;
        PeDataDirectory directory = image.Directory(PeDirectory.ComDescriptor);
        if (!directory.IsPresent || !image.TryRead(directory.Rva, Size, out ReadOnlySpan<byte> header))
        {
            return false;
        }
        descriptor = Decode(header);
        return true;
    }

    /// <summary>
    /// As above, for an image whose headers alone are in memory: the .NET header is read from the open file.
    /// Throws <see cref="IOException"/> when it cannot be read.
    /// </summary>
    public static bool TryRead(PeImage image, FileExtent file, out PeComDescriptor descriptor)
    {
        descriptor = default;
        PeDataDirectory directory = image.Directory(PeDirectory.ComDescriptor);
        if (!directory.IsPresent)
        {
            return false;
        }
        long offset = directory.Rva;
        if (image.SectionAt(directory.Rva) is { } section)
        {
            uint inside = directory.Rva - section.Rva;
            if ((ulong)inside + Size > section.FileSize)
            {
                return false;
            }
            offset = (long)section.RawOffset + inside;
        }
        Span<byte> header = stackalloc byte[(int)Size];
        if (file.Read(header, offset) != header.Length)
        {
            return false;
        }
        descriptor = Decode(header);
        return true;
    }

    private static PeComDescriptor Decode(ReadOnlySpan<byte> d) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(d[4..]),
        BinaryPrimitives.ReadUInt16LittleEndian(d[6..]),
        new PeDataDirectory(BinaryPrimitives.ReadUInt32LittleEndian(d[8..]), BinaryPrimitives.ReadUInt32LittleEndian(d[12..])),
        BinaryPrimitives.ReadUInt32LittleEndian(d[16..]));
}
