using System.Buffers.Binary;
using System.Text;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Emulation.Loader;

/// <summary>Writes a resource section with one version resource (VS_VERSIONINFO, language neutral).</summary>
internal static class VersionResourceWriter
{
    private const int TreeSize = (3 * 24) + 16;

    /// <summary>The section's bytes when it lies at <paramref name="rva"/>.</summary>
    public static byte[] Write(PeVersionText text, uint rva)
    {
        string version = PeVersionInfo.Format(text.Version);
        byte[] table = Node("000004b0", [], true, String("FileDescription", text.Description), String("FileVersion", version),
            String("OriginalFilename", text.FileName), String("ProductName", "PortableVirt"), String("ProductVersion", version));
        byte[] translation = Node("Translation", [0, 0, 0xb0, 0x04], false);
        byte[] info = Node("VS_VERSION_INFO", Fixed(text.Version), false, Node("StringFileInfo", [], true, table), Node("VarFileInfo", [], true, translation));

        byte[] section = new byte[TreeSize + info.Length];
        Directory(section, 0, PeResources.Version, 24 | 0x8000_0000);
        Directory(section, 24, 1, 48 | 0x8000_0000);
        Directory(section, 48, 0, 72);
        BinaryPrimitives.WriteUInt32LittleEndian(section.AsSpan(72), rva + TreeSize);
        BinaryPrimitives.WriteInt32LittleEndian(section.AsSpan(76), info.Length);
        info.CopyTo(section, TreeSize);
        return section;
    }

    /// <summary>IMAGE_RESOURCE_DIRECTORY with one numbered entry.</summary>
    private static void Directory(byte[] section, int offset, uint id, uint target)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(section.AsSpan(offset + 14), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(section.AsSpan(offset + 16), id);
        BinaryPrimitives.WriteUInt32LittleEndian(section.AsSpan(offset + 20), target);
    }

    /// <summary>VS_FIXEDFILEINFO: 52 bytes.</summary>
    private static byte[] Fixed(ulong version)
    {
        byte[] value = new byte[52];
        ReadOnlySpan<uint> fields =
        [
            0xfeef04bd, 0x10000, (uint)(version >> 32), (uint)version, (uint)(version >> 32), (uint)version, 0x3f, 0, 0x40004, 2,
        ];
        for (int i = 0; i < fields.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(value.AsSpan(i * 4), fields[i]);
        }
        return value;
    }

    private static byte[] String(string key, string value) => Node(key, Encoding.Unicode.GetBytes(value + '\0'), true);

    private static byte[] Node(string key, byte[] value, bool isText, params byte[][] children)
    {
        using MemoryStream stream = new();
        stream.Write(new byte[6]);
        stream.Write(Encoding.Unicode.GetBytes(key + '\0'));
        Pad(stream);
        stream.Write(value);
        foreach (byte[] child in children)
        {
            Pad(stream);
            stream.Write(child);
        }
        byte[] node = stream.ToArray();
        BinaryPrimitives.WriteUInt16LittleEndian(node, (ushort)node.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(node.AsSpan(2), (ushort)(isText ? value.Length / 2 : value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(node.AsSpan(4), isText ? (ushort)1 : (ushort)0);
        return node;
    }

    private static void Pad(MemoryStream stream)
    {
        while (stream.Length % 4 != 0)
        {
            stream.WriteByte(0);
        }
    }
}
