using System.Buffers.Binary;

namespace PortableVirt.Analysis.Pe;

/// <summary>The .NET header (IMAGE_COR20_HEADER). Source: ECMA-335 II.25.3.3.</summary>
/// <param name="MajorRuntimeVersion">Runtime version, major.</param>
/// <param name="MinorRuntimeVersion">Runtime version, minor.</param>
/// <param name="Metadata">The metadata.</param>
/// <param name="Flags">COMIMAGE_FLAGS_.</param>
public readonly record struct PeComDescriptor(ushort MajorRuntimeVersion, ushort MinorRuntimeVersion, PeDataDirectory Metadata, uint Flags)
{
    /// <summary>COMIMAGE_FLAGS_ILONLY: no native code.</summary>
    public bool IsIlOnly => (Flags & 1) != 0;

    /// <summary>COMIMAGE_FLAGS_32BITREQUIRED (without the "preferred" flag).</summary>
    public bool Requires32Bit => (Flags & 0x20002) == 2;

    /// <summary>Reads the header; false for a file without one.</summary>
    public static bool TryRead(PeImage image, out PeComDescriptor descriptor)
    {
        descriptor = default;
        PeDataDirectory directory = image.Directory(PeDirectory.ComDescriptor);
        if (!directory.IsPresent || !image.TryRead(directory.Rva, 72, out ReadOnlySpan<byte> d))
        {
            return false;
        }
        descriptor = new PeComDescriptor(
            BinaryPrimitives.ReadUInt16LittleEndian(d[4..]),
            BinaryPrimitives.ReadUInt16LittleEndian(d[6..]),
            new PeDataDirectory(BinaryPrimitives.ReadUInt32LittleEndian(d[8..]), BinaryPrimitives.ReadUInt32LittleEndian(d[12..])),
            BinaryPrimitives.ReadUInt32LittleEndian(d[16..]));
        return true;
    }
}
