using System.Buffers.Binary;

namespace PortableVirt.Analysis.Pe;

/// <summary>IMAGE_SECTION_HEADER.</summary>
/// <param name="RawName">The 8 bytes of the name, little-endian.</param>
/// <param name="VirtualSize">Bytes in memory as declared; 0 means the raw size.</param>
/// <param name="Rva">Address relative to the image base.</param>
/// <param name="RawSize">Bytes in the file; 0 when there is no file offset.</param>
/// <param name="RawOffset">File offset, rounded down to 512 as NT does.</param>
/// <param name="Flags">Flags.</param>
public readonly record struct PeSection(ulong RawName, uint VirtualSize, uint Rva, uint RawSize, uint RawOffset, PeSectionFlags Flags)
{
    /// <summary>The name; other characters than printable ASCII are shown as '?'.</summary>
    public string Name
    {
        get
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, RawName);
            int end = bytes.IndexOf((byte)0);
            Span<char> text = stackalloc char[end < 0 ? 8 : end];
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = bytes[i] is >= 0x20 and < 0x7f ? (char)bytes[i] : '?';
            }
            return text.ToString();
        }
    }

    /// <summary>Bytes in memory: the virtual size, or the raw size where that is 0.</summary>
    public uint MemorySize => VirtualSize != 0 ? VirtualSize : RawSize;

    /// <summary>Bytes that come from the file: the raw data as far as the section's pages go. The rest of the memory is zero.</summary>
    public uint FileSize => (uint)Math.Min(RawSize, (MemorySize + 0xffful) & ~0xffful);
}
