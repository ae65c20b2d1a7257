using System.Buffers.Binary;
using System.Text;

namespace PortableVirt.Analysis.Pe;

/// <summary>The export table (IMAGE_EXPORT_DIRECTORY). Names are sorted by bytes, so that a lookup is a binary search; unsorted names are not found, as on NT.</summary>
public sealed class PeExports
{
    /// <summary>Most functions or names that a table may have: ordinals have 16 bits.</summary>
    public const int Limit = 0x10000;

    private const int LongestName = 4096;

    private readonly PeImage _image;
    private readonly PeDataDirectory _directory;
    private readonly uint _functions;
    private readonly uint _names;
    private readonly uint _ordinals;

    private PeExports(PeImage image)
    {
        _image = image;
    }

    private PeExports(PeImage image, PeDataDirectory directory, ReadOnlySpan<byte> header)
    {
        _image = image;
        _directory = directory;
        ModuleName = image.TryReadString(U32(header, 12), LongestName, out string? name) ? name : "";
        OrdinalBase = U32(header, 16);
        FunctionCount = Count(image, U32(header, 20), U32(header, 28), 4);
        _functions = U32(header, 28);
        _names = U32(header, 32);
        _ordinals = U32(header, 36);
        NameCount = Math.Min(Count(image, U32(header, 24), _names, 4), Count(image, U32(header, 24), _ordinals, 2));
    }

    /// <summary>The DLL's own name for itself.</summary>
    public string ModuleName { get; } = "";

    /// <summary>Ordinal of the first function.</summary>
    public uint OrdinalBase { get; }

    /// <summary>Number of ordinals, unused ones included.</summary>
    public int FunctionCount { get; }

    /// <summary>Number of names.</summary>
    public int NameCount { get; }

    /// <summary>The exports by name, in the table's order; damaged entries are left out.</summary>
    public IEnumerable<PeExport> Named
    {
        get
        {
            for (int i = 0; i < NameCount; i++)
            {
                if (TryGetNamed(i, out PeExport export))
                {
                    yield return export;
                }
            }
        }
    }

    /// <summary>Finds an export by name.</summary>
    public bool TryFind(string name, out PeExport export)
    {
        int length = Encoding.Latin1.GetByteCount(name);
        Span<byte> bytes = length <= 256 ? stackalloc byte[length] : new byte[length];
        Encoding.Latin1.GetBytes(name, bytes);
        export = default;
        if (!TryFindIndex(bytes, out int index) || !TryGetFunction(index, out uint ordinal, out uint rva))
        {
            return false;
        }
        export = new PeExport(name, ordinal, rva, ForwarderAt(rva));
        return true;
    }

    /// <summary>Finds an export by ordinal; its name is not looked for.</summary>
    public bool TryFind(uint ordinal, out PeExport export)
    {
        export = default;
        if (ordinal - OrdinalBase >= (uint)FunctionCount || !_image.TryReadUInt32(_functions + ((ordinal - OrdinalBase) * 4), out uint rva) || rva == 0)
        {
            return false;
        }
        export = new PeExport(null, ordinal, rva, ForwarderAt(rva));
        return true;
    }

    /// <summary>The export behind the <paramref name="index"/>-th name.</summary>
    public bool TryGetNamed(int index, out PeExport export)
    {
        export = default;
        if (!TryGetName(index, out ReadOnlySpan<byte> name) || !TryGetFunction(index, out uint ordinal, out uint rva))
        {
            return false;
        }
        export = new PeExport(Encoding.Latin1.GetString(name), ordinal, rva, ForwarderAt(rva));
        return true;
    }

    /// <summary>The <paramref name="index"/>-th name as it stands in the file (Latin-1) and the address behind it, without making anything of them.</summary>
    public bool TryGetNamed(int index, out ReadOnlySpan<byte> name, out uint rva)
    {
        rva = 0;
        return TryGetName(index, out name) && TryGetFunction(index, out _, out rva);
    }

    /// <summary>The address behind the <paramref name="index"/>-th name.</summary>
    public bool TryGetAddress(int index, out uint rva)
    {
        rva = 0;
        return (uint)index < (uint)NameCount && TryGetFunction(index, out _, out rva);
    }

    /// <summary>The functions' addresses as they stand in the file: <see cref="FunctionCount"/> values of 4 bytes, 0 for none.</summary>
    public ReadOnlySpan<byte> FunctionTable => Table(_functions, FunctionCount * 4);

    /// <summary>The addresses of the names: <see cref="NameCount"/> values of 4 bytes.</summary>
    public ReadOnlySpan<byte> NameTable => Table(_names, NameCount * 4);

    /// <summary>The indexes of the names' functions: <see cref="NameCount"/> values of 2 bytes.</summary>
    public ReadOnlySpan<byte> OrdinalTable => Table(_ordinals, NameCount * 2);

    /// <summary>What the forwarder at an address says; null when the address is a function's.</summary>
    public string? ForwarderAt(uint rva) =>
        rva - _directory.Rva < _directory.Size && _image.TryReadString(rva, LongestName, out string? text) ? text : null;

    /// <summary>Looks for a name in the sorted table; <paramref name="index"/> is where it is, or where it belongs.</summary>
    public bool TryFindName(string name, out int index)
    {
        bool found = TryFindIndex(Encoding.Latin1.GetBytes(name), out index);
        if (!found && TryGetName(index, out ReadOnlySpan<byte> at) && at.SequenceCompareTo(Encoding.Latin1.GetBytes(name)) < 0)
        {
            index++;
        }
        return found;
    }

    internal static PeExports Read(PeImage image)
    {
        PeDataDirectory directory = image.Directory(PeDirectory.Export);
        return directory.IsPresent && image.TryRead(directory.Rva, 40, out ReadOnlySpan<byte> header)
            ? new PeExports(image, directory, header)
            : new PeExports(image);
    }

    private static int Count(PeImage image, uint declared, uint rva, uint size) =>
        (int)Math.Min(Math.Min(declared, Limit), (uint)image.BytesAt(rva).Length / size);

    private static uint U32(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(data[offset..]);

    private bool TryFindIndex(ReadOnlySpan<byte> name, out int index)
    {
        int low = 0;
        int high = NameCount - 1;
        index = 0;
        while (low <= high)
        {
            index = (low + high) >>> 1;
            if (!TryGetName(index, out ReadOnlySpan<byte> candidate))
            {
                return false;
            }
            int order = candidate.SequenceCompareTo(name);
            if (order == 0)
            {
                return true;
            }
            (low, high) = order < 0 ? (index + 1, high) : (low, index - 1);
        }
        return false;
    }

    private bool TryGetName(int index, out ReadOnlySpan<byte> name)
    {
        name = [];
        return (uint)index < (uint)NameCount && _image.TryReadUInt32(_names + ((uint)index * 4), out uint rva) && _image.TryReadString(rva, LongestName, out name);
    }

    private bool TryGetFunction(int nameIndex, out uint ordinal, out uint rva)
    {
        ordinal = rva = 0;
        if (!_image.TryReadUInt16(_ordinals + ((uint)nameIndex * 2), out ushort index) || index >= FunctionCount
            || !_image.TryReadUInt32(_functions + ((uint)index * 4), out rva) || rva == 0)
        {
            return false;
        }
        ordinal = OrdinalBase + index;
        return true;
    }

    private ReadOnlySpan<byte> Table(uint rva, int length) => _image.TryRead(rva, (uint)length, out ReadOnlySpan<byte> bytes) ? bytes : [];
}
