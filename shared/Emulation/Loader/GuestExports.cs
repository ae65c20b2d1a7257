using System.Buffers.Binary;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Loader;

/// <summary>Looks exports up in an image as it lies in guest memory. All of it is the program's to spoil; what cannot be read is not found.</summary>
internal static class GuestExports
{
    private const int ExportDirectory = 24 + 112;
    private const int LongestName = 4096;
    private const uint MostFunctions = 0x10000;

    /// <summary>True when the image exports a name, or an ordinal where the name is "#ordinal".</summary>
    public static bool Has(GuestAccessor memory, ulong imageBase, string name, uint ordinal)
    {
        if (!memory.TryRead(new GuestPointer(imageBase + 0x3c), out uint pe)
            || !memory.TryRead(new GuestPointer(imageBase + pe + ExportDirectory), out uint rva) || rva == 0)
        {
            return false;
        }
        Span<byte> header = stackalloc byte[40];
        if (!memory.TryRead(new GuestPointer(imageBase + rva), header))
        {
            return false;
        }
        uint functions = Math.Min(U32(header, 20), MostFunctions);
        return name.StartsWith('#')
            ? ordinal - U32(header, 16) < functions && memory.TryRead(new GuestPointer(imageBase + U32(header, 28) + ((ordinal - U32(header, 16)) * 4ul)), out uint function) && function != 0
            : HasName(memory, imageBase, imageBase + U32(header, 32), Math.Min(U32(header, 24), MostFunctions), name);
    }

    private static bool HasName(GuestAccessor memory, ulong imageBase, ulong names, uint count, string name)
    {
        (uint low, uint high) = (0, count);
        while (low < high)
        {
            uint middle = (low + high) / 2;
            if (!memory.TryRead(new GuestPointer(names + (middle * 4ul)), out uint at) || !memory.TryReadAnsiString(new GuestPointer(imageBase + at), LongestName, out string found))
            {
                return false;
            }
            int order = string.CompareOrdinal(found, name);
            if (order == 0)
            {
                return true;
            }
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
        }
        return false;
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
}
