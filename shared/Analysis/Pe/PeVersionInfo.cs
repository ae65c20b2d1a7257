using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace PortableVirt.Analysis.Pe;

/// <summary>The version resource (VS_VERSIONINFO): numbers and the texts of the first string table.</summary>
public sealed class PeVersionInfo
{
    private const int NodeLimit = 1024;
    private const uint FixedSignature = 0xfeef04bd;

    private readonly Dictionary<string, string> _strings = new(StringComparer.OrdinalIgnoreCase);

    private PeVersionInfo()
    {
    }

    /// <summary>File version, 16 bits each: major.minor.build.revision, major highest.</summary>
    public ulong FileVersion { get; private set; }

    /// <summary>Product version, as above.</summary>
    public ulong ProductVersion { get; private set; }

    /// <summary>The texts: CompanyName, FileDescription, ProductName, LegalCopyright, ...</summary>
    public IReadOnlyDictionary<string, string> Strings => _strings;

    /// <summary>Reads the first version resource; false when there is none or it is damaged.</summary>
    public static bool TryRead(PeImage image, [NotNullWhen(true)] out PeVersionInfo? info)
    {
        info = null;
        List<PeResource> resources = PeResources.Read(image, PeResources.Version);
        if (resources.Count == 0 || !PeResources.TryGetData(image, resources[0], out ReadOnlySpan<byte> data)
            || !TryReadNode(data, out Node root) || root.Value.Length < 52 || U32(root.Value, 0) != FixedSignature)
        {
            return false;
        }
        info = new PeVersionInfo
        {
            FileVersion = ((ulong)U32(root.Value, 8) << 32) | U32(root.Value, 12),
            ProductVersion = ((ulong)U32(root.Value, 16) << 32) | U32(root.Value, 20),
        };
        int budget = NodeLimit;
        info.ReadStrings(root.Children, 0, ref budget);
        return true;
    }

    /// <summary>A version as text.</summary>
    public static string Format(ulong version) => $"{version >> 48}.{(ushort)(version >> 32)}.{(ushort)(version >> 16)}.{(ushort)version}";

    private static bool TryReadNode(ReadOnlySpan<byte> data, out Node node)
    {
        node = default;
        int length = data.Length >= 6 ? Math.Min(U16(data, 0), data.Length) : 0;
        if (length < 6)
        {
            return false;
        }
        ReadOnlySpan<byte> inside = data[6..length];
        ReadOnlySpan<char> text = MemoryMarshal.Cast<byte, char>(inside);
        int end = text.IndexOf('\0');
        if (end < 0)
        {
            return false;
        }
        int valueStart = Math.Min(Align(6 + ((end + 1) * 2)), length);
        int valueBytes = Math.Min(U16(data, 2) * (U16(data, 4) == 1 ? 2 : 1), length - valueStart);
        int children = Math.Min(Align(valueStart + valueBytes), length);
        node = new Node(text[..end], data.Slice(valueStart, valueBytes), data[children..length], Align(length));
        return true;
    }

    private static int Align(int value) => (value + 3) & ~3;

    private static ushort U16(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(data[offset..]);

    private static uint U32(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(data[offset..]);

    private void ReadStrings(ReadOnlySpan<byte> data, int level, ref int budget)
    {
        while (budget-- > 0 && TryReadNode(data, out Node node))
        {
            if (level == 2)
            {
                _strings.TryAdd(node.Key.ToString(), MemoryMarshal.Cast<byte, char>(node.Value).TrimEnd('\0').ToString());
            }
            else if (level != 0 || node.Key.SequenceEqual("StringFileInfo"))
            {
                ReadStrings(node.Children, level + 1, ref budget);
                if (level == 1)
                {
                    return;
                }
            }
            data = data[Math.Min(node.Size, data.Length)..];
        }
    }

    private readonly ref struct Node(ReadOnlySpan<char> key, ReadOnlySpan<byte> value, ReadOnlySpan<byte> children, int size)
    {
        public ReadOnlySpan<char> Key { get; } = key;

        public ReadOnlySpan<byte> Value { get; } = value;

        public ReadOnlySpan<byte> Children { get; } = children;

        public int Size { get; } = size;
    }
}
