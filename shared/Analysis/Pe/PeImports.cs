using System.Buffers.Binary;

namespace PortableVirt.Analysis.Pe;

/// <summary>Reads the import tables (IMAGE_IMPORT_DESCRIPTOR, IMAGE_DELAYLOAD_DESCRIPTOR).</summary>
public static class PeImports
{
    /// <summary>Most DLLs that are read from one table.</summary>
    public const int Limit = 4096;

    private const int LongestName = 512;

    /// <summary>The DLLs that are loaded with the image; ends at the first damaged entry.</summary>
    public static IEnumerable<PeImportedModule> Read(PeImage image)
    {
        PeDataDirectory directory = image.Directory(PeDirectory.Import);
        if (!directory.IsPresent)
        {
            yield break;
        }
        for (uint i = 0; i < Limit; i++)
        {
            if (ReadDescriptor(image, directory.Rva + (i * 20)) is not { } module)
            {
                yield break;
            }
            yield return module;
        }
    }

    /// <summary>The DLLs that are loaded when they are first called; ends at the first damaged entry.</summary>
    public static IEnumerable<PeImportedModule> ReadDelayed(PeImage image)
    {
        PeDataDirectory directory = image.Directory(PeDirectory.DelayImport);
        if (!directory.IsPresent)
        {
            yield break;
        }
        for (uint i = 0; i < Limit; i++)
        {
            if (ReadDelayedDescriptor(image, directory.Rva + (i * 32)) is not { } module)
            {
                yield break;
            }
            yield return module;
        }
    }

    private static PeImportedModule? ReadDescriptor(PeImage image, uint rva)
    {
        if (!image.TryRead(rva, 20, out ReadOnlySpan<byte> d))
        {
            return null;
        }
        uint lookup = U32(d, 0);
        uint name = U32(d, 12);
        uint addresses = U32(d, 16);
        return name != 0 && addresses != 0 && image.TryReadString(name, LongestName, out string? text) && text.Length != 0
            ? new PeImportedModule(image, text, false, lookup != 0 ? lookup : addresses, addresses)
            : null;
    }

    private static PeImportedModule? ReadDelayedDescriptor(PeImage image, uint rva)
    {
        if (!image.TryRead(rva, 32, out ReadOnlySpan<byte> d))
        {
            return null;
        }
        // Bit 0 of the attributes: addresses are relative. Without it (old linkers, 32 bits only) they are absolute.
        uint bias = (U32(d, 0) & 1) != 0 ? 0 : (uint)image.Headers.ImageBase;
        uint name = U32(d, 4);
        return name != 0 && image.TryReadString(name - bias, LongestName, out string? text) && text.Length != 0
            ? new PeImportedModule(image, text, true, U32(d, 16) - bias, U32(d, 12) - bias)
            : null;
    }

    private static uint U32(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(data[offset..]);
}
