using System.Buffers.Binary;
using System.Text;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Emulation.Loader;

/// <summary>
/// Writes an export table that holds what a DLL exports already and more. Ordinals of the old functions stay; names and code of the old ones stay
/// where they are, forwarders move, because a forwarder is known by lying inside the table.
/// </summary>
internal sealed class ExportTableWriter
{
    private const int DirectorySize = 40;
    private const int CodeAlignment = 16;

    private readonly PeExports _exports;
    private readonly uint _rva;
    private readonly MemoryStream _code = new();
    private readonly SortedDictionary<string, Entry> _added = new(StringComparer.Ordinal);

    private readonly Dictionary<uint, uint> _moved = [];

    private readonly record struct Entry(uint Code, string? Forwarder);

    /// <param name="exports">The table as it is.</param>
    /// <param name="rva">Address of the section that will hold the new one, a multiple of 4096.</param>
    public ExportTableWriter(PeExports exports, uint rva) => (_exports, _rva) = (exports, rva);

    /// <summary>Number of names that the table gets in addition, and of functions that get a new beginning.</summary>
    public int AddedCount => _added.Count + _moved.Count;

    /// <summary>Adds a function, unless the DLL has one of that name.</summary>
    public void AddFunction(string name, ReadOnlySpan<byte> code)
    {
        if (!_exports.TryFind(name, out _))
        {
            Pad(_code, 0xcc);
            _added[name] = new Entry(_rva + (uint)_code.Length, null);
            _code.Write(code);
        }
    }

    /// <summary>Adds a function that jumps to one that the DLL has, unless it has one of that name, or not the other.</summary>
    public void AddThunk(string name, ReadOnlySpan<byte> beginning, string target)
    {
        if (_exports.TryFind(target, out PeExport found) && found.Forwarder is null)
        {
            Pad(_code, 0xcc);
            MemoryStream code = new();
            WriteJump(code, beginning, found.Rva);
            AddFunction(name, code.ToArray());
        }
    }

    /// <summary>
    /// Gives a function that the DLL has a new beginning: code that answers some calls itself and runs off its end for the others, which the old
    /// function then gets. The DLL's own calls do not pass there.
    /// </summary>
    public void AddFilter(string name, ReadOnlySpan<byte> beginning)
    {
        if (_exports.TryFind(name, out PeExport found) && found.Forwarder is null)
        {
            Pad(_code, 0xcc);
            _moved[found.Ordinal - _exports.OrdinalBase] = _rva + (uint)_code.Length;
            WriteJump(_code, beginning, found.Rva);
        }
    }

    /// <summary>Adds a forwarder, unless the DLL has a function of that name.</summary>
    public void AddForwarder(string name, string target)
    {
        if (!_exports.TryFind(name, out _))
        {
            _added[name] = new Entry(0, target);
        }
    }

    /// <summary>The bytes of the section; <paramref name="directory"/> is where the export table is in it. Null when the old table cannot be read.</summary>
    public byte[]? Write(out PeDataDirectory directory)
    {
        directory = default;
        ReadOnlySpan<byte> oldFunctions = _exports.FunctionTable;
        ReadOnlySpan<byte> oldNames = _exports.NameTable;
        ReadOnlySpan<byte> oldOrdinals = _exports.OrdinalTable;
        if (oldFunctions.Length != _exports.FunctionCount * 4 || oldNames.Length != _exports.NameCount * 4 || oldOrdinals.Length != _exports.NameCount * 2)
        {
            return null;
        }
        Pad(_code, 0xcc);
        int start = (int)_code.Length;
        int functionCount = _exports.FunctionCount + _added.Count;
        int nameCount = _exports.NameCount + _added.Count;
        int functions = start + DirectorySize;
        int names = functions + (functionCount * 4);
        int ordinals = names + (nameCount * 4);
        int strings = ordinals + (nameCount * 2);
        byte[] table = new byte[strings];
        _code.ToArray().CopyTo(table, 0);
        oldFunctions.CopyTo(table.AsSpan(functions));
        MemoryStream text = new();
        uint Text(string value)
        {
            uint at = _rva + (uint)strings + (uint)text.Length;
            text.Write(Encoding.ASCII.GetBytes(value));
            text.WriteByte(0);
            return at;
        }
        for (int i = 0; i < _exports.FunctionCount; i++)
        {
            if (_exports.ForwarderAt(BinaryPrimitives.ReadUInt32LittleEndian(oldFunctions[(i * 4)..])) is { } forwarder)
            {
                U32(table, functions + (i * 4), Text(forwarder));
            }
        }
        foreach ((uint index, uint code) in _moved)
        {
            U32(table, functions + ((int)index * 4), code);
        }
        int taken = 0;
        int put = 0;
        int function = _exports.FunctionCount;
        foreach ((string name, Entry entry) in _added)
        {
            _exports.TryFindName(name, out int place);
            CopyNames(oldNames, oldOrdinals, table, names, ordinals, taken, put, place - taken);
            put += place - taken;
            taken = place;
            U32(table, functions + (function * 4), entry.Forwarder is null ? entry.Code : Text(entry.Forwarder));
            U32(table, names + (put * 4), Text(name));
            BinaryPrimitives.WriteUInt16LittleEndian(table.AsSpan(ordinals + (put * 2)), (ushort)function);
            put++;
            function++;
        }
        CopyNames(oldNames, oldOrdinals, table, names, ordinals, taken, put, _exports.NameCount - taken);
        U32(table, start + 12, Text(_exports.ModuleName));
        U32(table, start + 16, _exports.OrdinalBase);
        U32(table, start + 20, (uint)functionCount);
        U32(table, start + 24, (uint)nameCount);
        U32(table, start + 28, _rva + (uint)functions);
        U32(table, start + 32, _rva + (uint)names);
        U32(table, start + 36, _rva + (uint)ordinals);
        byte[] section = [.. table, .. text.ToArray()];
        directory = new PeDataDirectory(_rva + (uint)start, (uint)(section.Length - start));
        return section;
    }

    /// <summary>Appends code and a jump to <paramref name="target"/>; the code will stand where the section's code ends now.</summary>
    private void WriteJump(MemoryStream code, ReadOnlySpan<byte> beginning, uint target)
    {
        const int jumpSize = 5;
        Span<byte> jump = [0xe9, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32LittleEndian(jump[1..], target - (_rva + (uint)_code.Length + (uint)beginning.Length + jumpSize));
        code.Write(beginning);
        code.Write(jump);
    }

    private static void CopyNames(ReadOnlySpan<byte> names, ReadOnlySpan<byte> ordinals, byte[] table, int nameTable, int ordinalTable, int from, int to, int count)
    {
        names.Slice(from * 4, count * 4).CopyTo(table.AsSpan(nameTable + (to * 4)));
        ordinals.Slice(from * 2, count * 2).CopyTo(table.AsSpan(ordinalTable + (to * 2)));
    }

    private static void U32(byte[] table, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(offset), value);

    private static void Pad(MemoryStream stream, byte padding)
    {
        while (stream.Length % CodeAlignment != 0)
        {
            stream.WriteByte(padding);
        }
    }
}
