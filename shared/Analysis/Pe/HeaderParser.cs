using System.Buffers.Binary;

namespace PortableVirt.Analysis.Pe;

/// <summary>Reads and checks the headers: the rules by which NT accepts an image file (MmCreateSection with SEC_IMAGE).</summary>
internal static class HeaderParser
{
    private const int OptionalHeaderOffset = 24;

    /// <summary>Reads the headers of a file; <paramref name="data"/> may be only its beginning.</summary>
    public static PeHeaders? Parse(ReadOnlySpan<byte> data, long fileLength, out PeError? error)
    {
        error = ForeignFile.Recognize(data, fileLength);
        if (error is not null)
        {
            return null;
        }
        uint offset = U32(data, 0x3c);
        if (offset + 24L > data.Length)
        {
            error = PeError.Truncated("the PE header", offset + 24L, fileLength);
            return null;
        }
        ReadOnlySpan<byte> nt = data[(int)offset..];
        int optionalSize = U16(nt, 20);
        if (nt.Length < OptionalHeaderOffset + optionalSize)
        {
            error = PeError.Truncated("the optional header", offset + OptionalHeaderOffset + optionalSize, fileLength);
            return null;
        }
        ReadOnlySpan<byte> optional = nt.Slice(OptionalHeaderOffset, optionalSize);
        ushort magic = optionalSize >= 2 ? U16(optional, 0) : (ushort)0;
        if (magic is not (0x10b or 0x20b))
        {
            error = PeError.Malformed(optionalSize == 0 ? "it has no optional header (an object file?)" : $"unknown optional header magic 0x{magic:x}");
            return null;
        }
        bool plus = magic == 0x20b;
        int directories = plus ? 112 : 96;
        if (optionalSize < directories)
        {
            error = PeError.Malformed($"its optional header has {optionalSize} bytes, fewer than the {directories} that it needs");
            return null;
        }
        PeHeaders headers = Read(nt, optional, offset, plus, directories);
        error = Check(headers, data.Length, fileLength);
        return error is null ? headers : null;
    }

    private static PeHeaders Read(ReadOnlySpan<byte> nt, ReadOnlySpan<byte> optional, uint offset, bool plus, int directories) => new()
    {
        PeOffset = offset,
        Machine = (PeMachine)U16(nt, 4),
        SectionCount = U16(nt, 6),
        TimeDateStamp = U32(nt, 8),
        Characteristics = (PeCharacteristics)U16(nt, 22),
        IsPe32Plus = plus,
        SizeOfCode = U32(optional, 4),
        AddressOfEntryPoint = U32(optional, 16),
        ImageBase = plus ? U64(optional, 24) : U32(optional, 28),
        SectionAlignment = U32(optional, 32),
        FileAlignment = U32(optional, 36),
        OperatingSystemVersion = ((uint)U16(optional, 40) << 16) | U16(optional, 42),
        SubsystemVersion = ((uint)U16(optional, 48) << 16) | U16(optional, 50),
        SizeOfImage = U32(optional, 56),
        SizeOfHeaders = U32(optional, 60),
        CheckSum = U32(optional, 64),
        CheckSumOffset = (int)offset + OptionalHeaderOffset + 64,
        Subsystem = (PeSubsystem)U16(optional, 68),
        DllCharacteristics = (PeDllCharacteristics)U16(optional, 70),
        SizeOfStackReserve = plus ? U64(optional, 72) : U32(optional, 72),
        SizeOfStackCommit = plus ? U64(optional, 80) : U32(optional, 76),
        SizeOfHeapReserve = plus ? U64(optional, 88) : U32(optional, 80),
        SizeOfHeapCommit = plus ? U64(optional, 96) : U32(optional, 84),
        LoaderFlags = U32(optional, plus ? 104 : 88),
        DirectoryOffset = (int)offset + OptionalHeaderOffset + directories,
        DirectoryCount = (int)Math.Min(Math.Min(U32(optional, directories - 4), 16), (uint)(optional.Length - directories) / 8),
        SectionTableOffset = (int)offset + OptionalHeaderOffset + optional.Length,
    };

    private static PeError? Check(PeHeaders h, int available, long fileLength)
    {
        if (!uint.IsPow2(h.SectionAlignment) || !uint.IsPow2(h.FileAlignment) || h.FileAlignment > h.SectionAlignment)
        {
            return PeError.Malformed($"section alignment 0x{h.SectionAlignment:x} and file alignment 0x{h.FileAlignment:x} do not fit together");
        }
        if (h.SectionAlignment < 0x1000 ? h.SectionAlignment != h.FileAlignment : (h.FileAlignment & 0x1ff) != 0)
        {
            return PeError.Malformed($"file alignment 0x{h.FileAlignment:x} is not allowed with section alignment 0x{h.SectionAlignment:x}");
        }
        if ((h.ImageBase & 0xffff) != 0)
        {
            return PeError.Malformed($"its base 0x{h.ImageBase:x} is not a multiple of 64 KiB");
        }
        if (!h.Characteristics.HasFlag(PeCharacteristics.ExecutableImage))
        {
            return PeError.Malformed("it is not marked as a linked image; the linker may have reported errors");
        }
        if (h.SizeOfImage == 0 || h.SizeOfImage > int.MaxValue || h.SizeOfHeaders == 0 || h.SizeOfHeaders > h.SizeOfImage || h.SizeOfHeaders <= h.PeOffset)
        {
            return PeError.Malformed($"image size 0x{h.SizeOfImage:x} and header size 0x{h.SizeOfHeaders:x} do not fit together");
        }
        long tableEnd = h.SectionTableOffset + (40L * h.SectionCount);
        if (tableEnd > available)
        {
            return PeError.Truncated("the section table", tableEnd, fileLength);
        }
        if (h.SectionAlignment >= 0x1000 && h.SizeOfHeaders > fileLength)
        {
            return PeError.Truncated("the header area", h.SizeOfHeaders, fileLength);
        }
        return null;
    }

    private static ushort U16(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(data[offset..]);

    private static uint U32(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(data[offset..]);

    private static ulong U64(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(data[offset..]);
}
