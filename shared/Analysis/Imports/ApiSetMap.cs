using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Imports;

/// <summary>
/// The API set namespace, version 6 (section ".apiset" of apisetschema.dll): contract names ("api-ms-win-core-file-l1-2-0") and the DLLs that implement them.
/// The part of a name up to its last hyphen is hashed, the hashes are sorted. Structures as in Wine's apiset.h.
/// </summary>
public sealed class ApiSetMap
{
    private const int HeaderSize = 28;
    private const int EntrySize = 24;
    private const int ValueSize = 20;
    private const int LongestName = 260;

    private readonly ReadOnlyMemory<byte> _data;
    private readonly int _count;
    private readonly uint _entries;
    private readonly uint _hashes;
    private readonly uint _factor;

    private ApiSetMap(ReadOnlyMemory<byte> data)
    {
        _data = data;
        ReadOnlySpan<byte> header = data.Span;
        _entries = U32(header, 16);
        _hashes = U32(header, 20);
        _factor = U32(header, 24);
        _count = (int)Math.Min(U32(header, 12), (uint)header.Length / EntrySize);
    }

    /// <summary>Number of contracts.</summary>
    public int Count => _count;

    /// <summary>True when a DLL name is the name of a contract and never that of a file.</summary>
    public static bool IsContractName(string name) =>
        name.StartsWith("api-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("ext-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the namespace of apisetschema.dll; the map refers to the image's bytes. False when the file has none of version 6.</summary>
    public static bool TryRead(PeImage image, [NotNullWhen(true)] out ApiSetMap? map)
    {
        map = null;
        foreach (PeSection section in image.Sections)
        {
            ReadOnlySpan<byte> bytes = image.BytesAt(section.Rva);
            if (section.Name == ".apiset" && bytes.Length >= HeaderSize && U32(bytes, 0) == 6)
            {
                map = new ApiSetMap(image.Data.Slice((int)section.RawOffset, bytes.Length));
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// The DLL that implements a contract. False for an unknown contract; an empty <paramref name="host"/> is a contract that this system knows but has not got.
    /// </summary>
    /// <param name="contract">Contract name, with or without ".dll".</param>
    /// <param name="importer">The DLL that asks: some contracts have another host for certain importers. May be null.</param>
    public bool TryResolve(string contract, string? importer, out string host)
    {
        host = "";
        int end = contract.LastIndexOf('-');
        if (end <= 0 || contract.Length > LongestName || !TryFindEntry(contract.AsSpan(0, end), out uint entry))
        {
            return false;
        }
        uint values = Read(entry + 16);
        int count = (int)Math.Min(Read(entry + 20), (uint)_data.Length / ValueSize);
        for (int i = 0; i < count; i++)
        {
            uint value = values + (uint)(i * ValueSize);
            ReadOnlySpan<char> name = Text(Read(value + 4), Read(value + 8));
            if (i == 0 || (importer is not null && name.Equals(importer, StringComparison.OrdinalIgnoreCase)))
            {
                host = Text(Read(value + 12), Read(value + 16)).ToString();
            }
        }
        return count != 0;
    }

    private static uint U32(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(data[offset..]);

    private bool TryFindEntry(ReadOnlySpan<char> name, out uint entry)
    {
        uint hash = 0;
        foreach (char c in name)
        {
            hash = unchecked((hash * _factor) + (c is >= 'A' and <= 'Z' ? c + 32u : c));
        }
        int low = 0;
        int high = _count - 1;
        entry = 0;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            uint slot = _hashes + ((uint)middle * 8);
            uint found = Read(slot);
            if (found == hash)
            {
                entry = _entries + (Read(slot + 4) * EntrySize);
                ReadOnlySpan<char> full = Text(Read(entry + 4), Read(entry + 12));
                return full.Equals(name, StringComparison.OrdinalIgnoreCase);
            }
            (low, high) = found < hash ? (middle + 1, high) : (low, middle - 1);
        }
        return false;
    }

    /// <summary>A 32-bit value; 0 outside the namespace.</summary>
    private uint Read(uint offset) => offset <= (uint)_data.Length && _data.Length - offset >= 4 ? U32(_data.Span, (int)offset) : 0;

    private ReadOnlySpan<char> Text(uint offset, uint bytes) => bytes <= LongestName * 2 && offset <= (uint)_data.Length && bytes <= (uint)_data.Length - offset
        ? MemoryMarshal.Cast<byte, char>(_data.Span.Slice((int)offset, (int)bytes))
        : [];
}
