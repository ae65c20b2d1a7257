using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PortableVirt.Analysis.Pe;

/// <summary>
/// A PE image file, read lazily. Headers and section table are checked by <see cref="TryParse"/>; everything else is read on demand, each reader bounds its
/// own work and treats every number in the file as hostile. Instances are immutable and thread-safe as long as the bytes behind them do not change.
/// Source: PE format specification (Microsoft), and the acceptance rules of NT's image sections.
/// </summary>
public sealed class PeImage
{
    private const int LongestHeaders = 0x400000;

    private readonly ReadOnlyMemory<byte> _data;
    private readonly PeSection[] _sections;
    private PeExports? _exports;
    private PeLayout? _layout;

    private PeImage(ReadOnlyMemory<byte> data, long fileLength, PeHeaders headers, PeSection[] sections, FileExtent? file = null)
    {
        _data = data;
        FileLength = fileLength;
        Headers = headers;
        _sections = sections;
        _layout = file is null ? null : PeLayout.Create(this, file);
    }

    /// <summary>The headers.</summary>
    public PeHeaders Headers { get; }

    /// <summary>Length of the file in bytes; may be more than <see cref="Data"/>.</summary>
    public long FileLength { get; }

    /// <summary>The bytes of the file (its first 2 GiB).</summary>
    public ReadOnlyMemory<byte> Data => _data;

    /// <summary>The sections, ascending by address, without overlaps.</summary>
    public ReadOnlySpan<PeSection> Sections => _sections;

    /// <summary>The export table; empty when there is none or it is damaged.</summary>
    public PeExports Exports => _exports ??= PeExports.Read(this);

    /// <summary>How the file is laid out in memory.</summary>
    public PeLayout Layout => _layout ??= PeLayout.Create(this, null);

    /// <summary>True for images whose section alignment is below a page: they are mapped as one flat piece, address = file offset.</summary>
    public bool IsFlat => Headers.SectionAlignment < 0x1000;

    /// <summary>Reads and checks a file: DOS, PE and optional headers, section table, and that everything in it lies inside the file.</summary>
    /// <param name="data">The file's bytes, at least its first 2 GiB.</param>
    /// <param name="fileLength">The file's length, when <paramref name="data"/> is only its beginning.</param>
    public static bool TryParse(ReadOnlyMemory<byte> data, long fileLength, [NotNullWhen(true)] out PeImage? image, [NotNullWhen(false)] out PeError? error)
    {
        image = null;
        PeHeaders? headers = HeaderParser.Parse(data.Span, fileLength, out error);
        if (headers is null)
        {
            error ??= PeError.Malformed("its headers cannot be read");
            return false;
        }
        PeSection[]? sections = SectionParser.Parse(data.Span, fileLength, headers, out error);
        if (sections is null)
        {
            error ??= PeError.Malformed("its section table cannot be read");
            return false;
        }
        image = new PeImage(data, fileLength, headers, sections);
        return true;
    }

    /// <summary>As above, for a whole file in memory.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> data, [NotNullWhen(true)] out PeImage? image, [NotNullWhen(false)] out PeError? error) =>
        TryParse(data, data.Length, out image, out error);

    /// <summary>
    /// Reads and checks the headers of an open file and its <see cref="Layout"/> with positioned reads only, so that a file that shrinks meanwhile does no
    /// harm. The tables behind the headers (exports, imports, resources) are not available in the result. The file stays open and is not kept.
    /// Throws <see cref="IOException"/> when it cannot be read.
    /// </summary>
    public static bool TryParseHeaders(FileExtent file, [NotNullWhen(true)] out PeImage? image, [NotNullWhen(false)] out PeError? error)
    {
        image = null;
        long length = file.Length;
        for (int size = 0x1000; ; size *= 32)
        {
            byte[] data = new byte[Math.Min(length, size)];
            int read = file.Read(data, 0);
            if (TryParse(data.AsMemory(0, read), length, out PeImage? parsed, out error))
            {
                image = new PeImage(parsed._data, length, parsed.Headers, parsed._sections, file);
                return true;
            }
            if (size >= LongestHeaders || read >= length || error.Kind is not (PeErrorKind.Truncated or PeErrorKind.Malformed))
            {
                return false;
            }
        }
    }

    /// <summary>A data directory; (0, 0) when the file has not got it.</summary>
    public PeDataDirectory Directory(PeDirectory directory)
    {
        int index = (int)directory;
        if ((uint)index >= (uint)Headers.DirectoryCount)
        {
            return default;
        }
        ReadOnlySpan<byte> entry = _data.Span.Slice(Headers.DirectoryOffset + (index * 8), 8);
        return new PeDataDirectory(BinaryPrimitives.ReadUInt32LittleEndian(entry), BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]));
    }

    /// <summary>The section that contains an address, or null.</summary>
    public PeSection? SectionAt(uint rva)
    {
        int index = IndexOfSection(rva);
        return index < 0 ? null : _sections[index];
    }

    /// <summary>The file's bytes from an address to the end of the file data of its section (or of the headers); empty when no file data is there.</summary>
    public ReadOnlySpan<byte> BytesAt(uint rva)
    {
        ReadOnlySpan<byte> data = _data.Span;
        if (IsFlat)
        {
            return rva < Math.Min((uint)data.Length, Headers.SizeOfImage) ? data[(int)rva..(int)Math.Min((uint)data.Length, Headers.SizeOfImage)] : [];
        }
        int index = IndexOfSection(rva);
        if (index < 0)
        {
            uint limit = Math.Min(Headers.SizeOfHeaders, (uint)data.Length);
            return rva < limit ? data[(int)rva..(int)limit] : [];
        }
        ref readonly PeSection section = ref _sections[index];
        uint inside = rva - section.Rva;
        long start = (long)section.RawOffset + inside;
        long end = Math.Min((long)section.RawOffset + section.FileSize, data.Length);
        return inside < section.FileSize && start < end ? data[(int)start..(int)end] : [];
    }

    /// <summary>Exactly <paramref name="length"/> bytes at an address; false when the file has not got them all.</summary>
    public bool TryRead(uint rva, uint length, out ReadOnlySpan<byte> bytes)
    {
        bytes = BytesAt(rva);
        if ((uint)bytes.Length < length)
        {
            bytes = [];
            return false;
        }
        bytes = bytes[..(int)length];
        return true;
    }

    /// <summary>A 16-bit value at an address.</summary>
    public bool TryReadUInt16(uint rva, out ushort value)
    {
        bool ok = TryRead(rva, 2, out ReadOnlySpan<byte> bytes);
        value = ok ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : (ushort)0;
        return ok;
    }

    /// <summary>A 32-bit value at an address.</summary>
    public bool TryReadUInt32(uint rva, out uint value)
    {
        bool ok = TryRead(rva, 4, out ReadOnlySpan<byte> bytes);
        value = ok ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;
        return ok;
    }

    /// <summary>A pointer-sized value at an address: 8 bytes in PE32+, 4 in PE32.</summary>
    public bool TryReadPointer(uint rva, out ulong value)
    {
        bool ok = TryRead(rva, Headers.IsPe32Plus ? 8u : 4u, out ReadOnlySpan<byte> bytes);
        value = !ok ? 0 : Headers.IsPe32Plus ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return ok;
    }

    /// <summary>The bytes of a zero-terminated string of at most <paramref name="limit"/> bytes, without the zero; false when it has no end there.</summary>
    public bool TryReadString(uint rva, int limit, out ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> bytes = BytesAt(rva);
        bytes = bytes[..Math.Min(bytes.Length, limit + 1)];
        int end = bytes.IndexOf((byte)0);
        text = end < 0 ? [] : bytes[..end];
        return end >= 0;
    }

    /// <summary>A zero-terminated string of at most <paramref name="limit"/> bytes, as Latin-1 (names in PE files are bytes without a code page).</summary>
    public bool TryReadString(uint rva, int limit, [NotNullWhen(true)] out string? text)
    {
        bool ok = TryReadString(rva, limit, out ReadOnlySpan<byte> bytes);
        text = ok ? Encoding.Latin1.GetString(bytes) : null;
        return ok;
    }

    private int IndexOfSection(uint rva)
    {
        int low = 0;
        int high = _sections.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            ref readonly PeSection section = ref _sections[middle];
            if (rva < section.Rva)
            {
                high = middle - 1;
            }
            else if (rva - section.Rva >= ((section.MemorySize + 0xffful) & ~0xffful))
            {
                low = middle + 1;
            }
            else
            {
                return middle;
            }
        }
        return -1;
    }
}
