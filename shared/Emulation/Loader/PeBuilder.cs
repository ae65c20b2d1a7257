using System.Buffers.Binary;
using System.Text;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Emulation.Loader;

/// <summary>
/// Writes small x64 DLLs: exported functions, variables, tables of pointers and forwarders, and a version resource. The code must not depend on its
/// address; tables are relocated. File and memory layout are the same, in pages of 4096 bytes, so that every section can be mapped. The same input gives the same bytes.
/// </summary>
/// <param name="name">File name of the DLL.</param>
/// <param name="imageBase">Preferred base, a multiple of 64 KiB.</param>
public sealed class PeBuilder(string name, ulong imageBase)
{
    private const int Page = 0x1000;
    private const int PeOffset = 0x80;
    private const int OptionalOffset = PeOffset + 24;
    private const int DirectoryOffset = OptionalOffset + 112;
    private const int TableOffset = OptionalOffset + 0xf0;
    private const uint TextRva = Page;

    private readonly MemoryStream _code = new();
    private readonly MemoryStream _data = new();
    private readonly SortedDictionary<string, Target> _exports = new(StringComparer.Ordinal);
    private readonly List<(uint Offset, string Export)> _pointers = [];

    private enum Place
    {
        Code,
        Data,
        Forwarder,
    }

    /// <summary>The file is a program that starts at this export, not a DLL.</summary>
    public string? Start { get; init; }

    /// <summary>Version of the DLL, or null for none.</summary>
    public PeVersionText? Version { get; init; }

    /// <summary>Adds an exported function.</summary>
    /// <param name="export">Its name, ASCII; each name once.</param>
    /// <param name="code">Its instructions.</param>
    public void AddFunction(string export, ReadOnlySpan<byte> code) => _exports.Add(Checked(export), new Target(Place.Code, Append(_code, code, 0xcc), ""));

    /// <summary>Adds an exported variable in writable memory.</summary>
    public void AddVariable(string export, ReadOnlySpan<byte> value) => _exports.Add(Checked(export), new Target(Place.Data, Append(_data, value, 0), ""));

    /// <summary>Adds an exported table of the addresses of other exports of this DLL, for example the methods of a COM interface.</summary>
    /// <param name="export">Its name.</param>
    /// <param name="targets">Exported functions, variables or tables, added before <see cref="Build"/>.</param>
    public void AddPointers(string export, params ReadOnlySpan<string> targets)
    {
        AddVariable(export, new byte[targets.Length * 8]);
        uint offset = _exports[export].Offset;
        foreach (string target in targets)
        {
            _pointers.Add((offset, target));
            offset += 8;
        }
    }

    /// <summary>Adds an export that is found in another DLL.</summary>
    /// <param name="target">"module.function", without ".dll".</param>
    public void AddForwarder(string export, string target) => _exports.Add(Checked(export), new Target(Place.Forwarder, 0, Checked(target)));

    /// <summary>Writes the file.</summary>
    public byte[] Build()
    {
        List<Section> sections = [];
        uint next = TextRva;
        uint Add(string section, PeSectionFlags flags, byte[] contents)
        {
            uint rva = next;
            if (contents.Length != 0)
            {
                sections.Add(new Section(section, flags, rva, contents));
                next += (uint)Align(contents.Length);
            }
            return rva;
        }
        uint text = Add(".text", PeSectionFlags.Code | PeSectionFlags.Execute | PeSectionFlags.Read, _code.ToArray());
        byte[] dataBytes = _data.ToArray();
        uint data = Add(".data", PeSectionFlags.InitializedData | PeSectionFlags.Read | PeSectionFlags.Write, dataBytes);
        foreach ((uint offset, string target) in _pointers)
        {
            Target found = _exports[target];
            ulong address = imageBase + (found.Place == Place.Code ? text : data) + found.Offset;
            BinaryPrimitives.WriteUInt64LittleEndian(dataBytes.AsSpan((int)offset), address);
        }
        byte[] exports = WriteExports(next, text, data);
        uint edata = Add(".edata", PeSectionFlags.InitializedData | PeSectionFlags.Read, exports);
        byte[] resources = Version is null ? [] : VersionResourceWriter.Write(Version, next);
        uint rsrc = Add(".rsrc", PeSectionFlags.InitializedData | PeSectionFlags.Read, resources);

        byte[] relocations = WriteRelocations(data);
        uint reloc = Add(".reloc", PeSectionFlags.InitializedData | PeSectionFlags.Read, relocations);

        byte[] file = new byte[next];
        WriteHeaders(file, sections, next);
        SetDirectory(file, PeDirectory.Export, edata, exports.Length);
        SetDirectory(file, PeDirectory.Resource, rsrc, resources.Length);
        SetDirectory(file, PeDirectory.BaseRelocation, reloc, relocations.Length);
        foreach (Section section in sections)
        {
            section.Contents.CopyTo(file, (int)section.Rva);
        }
        U32(file, OptionalOffset + 64, PeChecksum.Compute(file, OptionalOffset + 64));
        return file;
    }

    private static string Checked(string text) => text.Length is > 0 and <= 512 && text.All(c => c is > ' ' and < '\x7f')
        ? text
        : throw new ArgumentException("An export's name has 1 to 512 printable ASCII characters.", nameof(text));

    private static uint Append(MemoryStream stream, ReadOnlySpan<byte> bytes, byte padding)
    {
        while (stream.Length % 16 != 0)
        {
            stream.WriteByte(padding);
        }
        uint offset = (uint)stream.Length;
        stream.Write(bytes);
        return offset;
    }

    private static int Align(int value) => (value + Page - 1) & ~(Page - 1);

    private static void U16(byte[] file, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(offset), value);

    private static void U32(byte[] file, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(offset), value);

    private static void SetDirectory(byte[] file, PeDirectory directory, uint rva, int size)
    {
        if (size != 0)
        {
            U32(file, DirectoryOffset + ((int)directory * 8), rva);
            U32(file, DirectoryOffset + ((int)directory * 8) + 4, (uint)size);
        }
    }

    /// <summary>One block a page: its address, its size, 16-bit entries of type IMAGE_REL_BASED_DIR64, an even number of them.</summary>
    private byte[] WriteRelocations(uint data)
    {
        const ushort dir64 = 0xa000;
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        foreach (IGrouping<uint, uint> page in _pointers.Select(p => data + p.Offset).GroupBy(rva => rva & ~(Page - 1u)))
        {
            uint[] entries = [.. page];
            int padded = (entries.Length + 1) & ~1;
            writer.Write(page.Key);
            writer.Write(8 + (padded * 2));
            foreach (uint rva in entries)
            {
                writer.Write((ushort)(dir64 | (rva & (Page - 1))));
            }
            if (padded != entries.Length)
            {
                writer.Write((ushort)0);
            }
        }
        return stream.ToArray();
    }

    private byte[] WriteExports(uint rva, uint text, uint data)
    {
        int count = _exports.Count;
        int functions = 40;
        int names = functions + (count * 4);
        int ordinals = names + (count * 4);
        int strings = ordinals + (count * 2);
        int size = strings + name.Length + 1 + _exports.Sum(e => e.Key.Length + 1 + (e.Value.Place == Place.Forwarder ? e.Value.Forwarder.Length + 1 : 0));
        byte[] table = new byte[size];
        uint Text(string value)
        {
            int at = strings;
            strings += Encoding.ASCII.GetBytes(value, table.AsSpan(at)) + 1;
            return rva + (uint)at;
        }
        U32(table, 12, Text(name));
        U32(table, 16, 1);
        U32(table, 20, (uint)count);
        U32(table, 24, (uint)count);
        U32(table, 28, rva + (uint)functions);
        U32(table, 32, rva + (uint)names);
        U32(table, 36, rva + (uint)ordinals);
        int i = 0;
        foreach ((string export, Target target) in _exports)
        {
            U32(table, functions + (i * 4), target.Place switch
            {
                Place.Code => text + target.Offset,
                Place.Data => data + target.Offset,
                _ => Text(target.Forwarder),
            });
            U32(table, names + (i * 4), Text(export));
            U16(table, ordinals + (i * 2), (ushort)i);
            i++;
        }
        return table;
    }

    private void WriteHeaders(byte[] file, List<Section> sections, uint sizeOfImage)
    {
        "MZ"u8.CopyTo(file);
        U32(file, 0x3c, PeOffset);
        "PE\0\0"u8.CopyTo(file.AsSpan(PeOffset));
        U16(file, PeOffset + 4, (ushort)PeMachine.Amd64);
        U16(file, PeOffset + 6, (ushort)sections.Count);
        U16(file, PeOffset + 20, 0xf0);
        U16(file, PeOffset + 22, (ushort)(PeCharacteristics.ExecutableImage | PeCharacteristics.LargeAddressAware | (Start is null ? PeCharacteristics.Dll : 0)));
        U16(file, OptionalOffset, 0x20b);
        U32(file, OptionalOffset + 4, (uint)Align((int)_code.Length));
        U32(file, OptionalOffset + 16, Start is null ? 0 : TextRva + _exports[Start].Offset);
        U32(file, OptionalOffset + 20, TextRva);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(OptionalOffset + 24), imageBase);
        U32(file, OptionalOffset + 32, Page);
        U32(file, OptionalOffset + 36, Page);
        U16(file, OptionalOffset + 40, 6);
        U16(file, OptionalOffset + 48, 6);
        U32(file, OptionalOffset + 56, sizeOfImage);
        U32(file, OptionalOffset + 60, Page);
        U16(file, OptionalOffset + 68, (ushort)PeSubsystem.WindowsConsole);
        U16(file, OptionalOffset + 70, (ushort)(PeDllCharacteristics.HighEntropyVa | PeDllCharacteristics.DynamicBase | PeDllCharacteristics.NxCompatible | PeDllCharacteristics.NoSeh));
        U32(file, OptionalOffset + 72, 0x100000);
        U32(file, OptionalOffset + 80, Page);
        U32(file, OptionalOffset + 88, 0x100000);
        U32(file, OptionalOffset + 96, Page);
        U32(file, OptionalOffset + 108, 16);
        for (int i = 0; i < sections.Count; i++)
        {
            int at = TableOffset + (i * 40);
            Encoding.ASCII.GetBytes(sections[i].Name, file.AsSpan(at, 8));
            U32(file, at + 8, (uint)sections[i].Contents.Length);
            U32(file, at + 12, sections[i].Rva);
            U32(file, at + 16, (uint)Align(sections[i].Contents.Length));
            U32(file, at + 20, sections[i].Rva);
            U32(file, at + 36, (uint)sections[i].Flags);
        }
    }

    private sealed record Section(string Name, PeSectionFlags Flags, uint Rva, byte[] Contents);

    private sealed record Target(Place Place, uint Offset, string Forwarder);
}
