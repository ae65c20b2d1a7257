using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Memory;
using PortableVirt.Hypervisor;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Launch;

/// <summary>
/// Reads the description of a launch image. Its bytes are hostile: every count and offset is checked, regions and pages must be in order and inside user
/// space. What is left are values of the guest (registers, addresses that are only used through <see cref="GuestAccessor"/>), which may be anything.
/// </summary>
internal ref struct LaunchImageReader
{
    private const int MaximumHead = 64 << 20;
    private const int MaximumItems = 1 << 20;
    private const int MaximumText = 1 << 16;
    private const int MaximumZeroPages = 1 << 16;
    private const int ExtendedStateSize = 576;
    private ReadOnlySpan<byte> _left;
    private bool _failed;

    private LaunchImageReader(ReadOnlySpan<byte> bytes) => _left = bytes;

    /// <summary>Bytes of the description, from the file's first page; 0 for what is no launch image of this format, or too short for one.</summary>
    public static int HeadLength(ReadOnlySpan<byte> firstPage, long fileLength)
    {
        if (firstPage.Length < LaunchImageWriter.HeaderSize || !firstPage.StartsWith(LaunchImageWriter.Magic) || BinaryPrimitives.ReadUInt32LittleEndian(firstPage[8..]) != LaunchImageWriter.Version)
        {
            return 0;
        }
        uint head = BinaryPrimitives.ReadUInt32LittleEndian(firstPage[12..]);
        uint pages = BinaryPrimitives.ReadUInt32LittleEndian(firstPage[16..]);
        return head is >= LaunchImageWriter.PageSize and <= MaximumHead && head % LaunchImageWriter.PageSize == 0 && head + ((long)pages * LaunchImageWriter.PageSize) == fileLength ? (int)head : 0;
    }

    /// <summary>Reads the description; null when it is damaged.</summary>
    /// <param name="head">As many bytes as <see cref="HeadLength"/> says. Changed.</param>
    /// <param name="checksums">The checksums of the stored pages.</param>
    public static LaunchImage? Read(Span<byte> head, out uint[] checksums)
    {
        checksums = [];
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(head[LaunchImageWriter.CrcOffset..]);
        head.Slice(LaunchImageWriter.CrcOffset, sizeof(uint)).Clear();
        int stored = BinaryPrimitives.ReadInt32LittleEndian(head[16..]);
        if (Crc32C.Of(head) != crc || stored < 0 || stored > (head.Length - LaunchImageWriter.HeaderSize) / sizeof(uint))
        {
            return null;
        }
        ReadOnlySpan<byte> body = head[LaunchImageWriter.HeaderSize..];
        checksums = MemoryMarshal.Cast<byte, uint>(body[..(stored * sizeof(uint))]).ToArray();
        LaunchImageReader reader = new(body[(stored * sizeof(uint))..]);
        LaunchImage image = reader.Image(stored);
        return !reader._failed && IsConsistent(image) ? image : null;
    }

    private LaunchImage Image(int stored) => new()
    {
        StoredPages = stored,
        Inputs = List(static (ref LaunchImageReader r) => (r.Text(), r.Text())),
        Registers = Registers(),
        ExtendedState = ExtendedState(),
        ProcessId = U32(),
        ThreadId = U32(),
        Peb = U64(),
        Teb = U64(),
        StackAllocation = U64(),
        StackBase = U64(),
        ImageBase = U64(),
        NtdllBase = U64(),
        Parameters = U64(),
        Environment = U64(),
        EnvironmentCapacity = Bounded(1 << 24),
        Cookies = List(static (ref LaunchImageReader r) => r.U64()),
        Regions = List(static (ref LaunchImageReader r) => r.Region()),
        Pages = List(static (ref LaunchImageReader r) => new LaunchPages(r.U64(), r.Bounded(MaximumItems), (int)r.U32())),
        Files = List(static (ref LaunchImageReader r) => (r.Text(), r.U32() != 0)),
        Keys = List(static (ref LaunchImageReader r) => (r.Text(), r.U32() != 0)),
        Values = List(static (ref LaunchImageReader r) => new LaunchValue(r.Text(), r.Text(), r.Take(r.Bounded(MaximumText)).ToArray())),
        OpenKeys = List(static (ref LaunchImageReader r) => new LaunchKeyHandle(r.U64(), r.Text(), r.U32())),
        Handles = List(static (ref LaunchImageReader r) => r.U64()),
        TimeZoneNames = U64(),
        Console = new LaunchConsole(U64(), U32()),
        AnsiCommandLine = U64(),
    };

    private UserRegisters Registers()
    {
        ReadOnlySpan<byte> bytes = Take(Marshal.SizeOf<UserRegisters>());
        return bytes.IsEmpty ? default : MemoryMarshal.Read<UserRegisters>(bytes);
    }

    private byte[] ExtendedState()
    {
        uint length = U32();
        _failed |= length is not (0 or ExtendedStateSize);
        return _failed ? [] : Take((int)length).ToArray();
    }

    private LaunchRegion Region()
    {
        LaunchRegion region = new()
        {
            Start = U64(),
            PageCount = (long)U64(),
            Type = U32(),
            AllocationProtect = U32(),
            IsPlaceholder = U32() != 0,
            Source = (LaunchSource)U32(),
            FileName = Text(),
            Runs = List(static (ref LaunchImageReader r) => ((long)r.U64(), r.U32())),
        };
        return region.Source == LaunchSource.Image && !_failed ? region with { Layout = Layout() } : region;
    }

    private ImageLayout Layout()
    {
        (ulong imageBase, ulong size, ulong reserve, ulong commit) = (U64(), U64(), U64(), U64());
        return new ImageLayout
        {
            ImageBase = imageBase,
            SizeOfImage = size,
            StackReserve = reserve,
            StackCommit = commit,
            EntryPoint = U32(),
            Machine = (ushort)U32(),
            Subsystem = (ushort)U32(),
            SubsystemVersion = U32(),
            Characteristics = (ushort)U32(),
            DllCharacteristics = (ushort)U32(),
            CheckSum = U32(),
            LoaderFlags = U32(),
            FileSize = U32(),
            ContainsCode = U32() != 0,
            Flags = (ImageFlags)U32(),
            IsMappable = U32() != 0,
            Pieces = List(static (ref LaunchImageReader r) => r.Piece()),
        };
    }

    private PePiece Piece()
    {
        string name = Text();
        (uint rva, uint offset, uint length, uint size, uint protection, uint flags) = (U32(), U32(), U32(), U32(), U32(), U32());
        return new PePiece(name, rva, offset, length, size, protection, (flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0);
    }

    private delegate T Element<out T>(ref LaunchImageReader reader);

    private List<T> List<T>(Element<T> element)
    {
        int count = Bounded(MaximumItems);
        List<T> items = new(_failed ? 0 : Math.Min(count, _left.Length));
        for (int i = 0; i < count && !_failed; i++)
        {
            items.Add(element(ref this));
        }
        return items;
    }

    private string Text() => Bounded(MaximumText) is var length && _failed ? "" : Encoding.UTF8.GetString(Take(length));

    private int Bounded(int maximum)
    {
        uint value = U32();
        _failed |= value > (uint)maximum;
        return _failed ? 0 : (int)value;
    }

    private uint U32() => Take(sizeof(uint)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;

    private ulong U64() => Take(sizeof(ulong)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_failed || count > _left.Length)
        {
            _failed = true;
            return [];
        }
        ReadOnlySpan<byte> bytes = _left[..count];
        _left = _left[count..];
        return bytes;
    }

    private static bool IsConsistent(LaunchImage image)
    {
        ulong end = RegionList.LowestAddress;
        foreach (LaunchRegion region in image.Regions)
        {
            if (!IsConsistent(region) || region.Start < end)
            {
                return false;
            }
            end = region.End;
        }
        int at = 0;
        ulong next = 0;
        long zero = 0;
        int stored = 0;
        foreach (LaunchPages pages in image.Pages)
        {
            while (at < image.Regions.Count && image.Regions[at].End <= pages.Address)
            {
                at++;
            }
            if (at == image.Regions.Count || (pages.Address & 0xfff) != 0 || pages.Count == 0 || pages.Address < Math.Max(next, image.Regions[at].Start)
                || (ulong)pages.Count << 12 > image.Regions[at].End - pages.Address
                || (pages.Stored != -1 && (pages.Stored != stored || pages.Count > image.StoredPages - stored)))
            {
                return false;
            }
            (zero, stored) = pages.Stored < 0 ? (zero + pages.Count, stored) : (zero, stored + pages.Count);
            next = pages.Address + ((ulong)pages.Count << 12);
        }
        return zero <= MaximumZeroPages && stored == image.StoredPages;
    }

    private static bool IsConsistent(LaunchRegion region)
    {
        const long lastPage = (long)(RegionList.EndAddress >> 12);
        if ((region.Start & 0xfff) != 0 || region.Start >= RegionList.EndAddress || region.PageCount is <= 0 or > lastPage || region.End > RegionList.EndAddress
            || region.Source > LaunchSource.ApiSets || region.Runs.Count == 0 || region.Runs[0].Page != 0 || !PageProtection.IsValid(region.AllocationProtect))
        {
            return false;
        }
        for (int i = 0; i < region.Runs.Count; i++)
        {
            if ((i > 0 && region.Runs[i].Page <= region.Runs[i - 1].Page) || region.Runs[i].Page >= region.PageCount || (region.Runs[i].State != 0 && !PageProtection.IsValid(region.Runs[i].State)))
            {
                return false;
            }
        }
        // Code comes from images alone: what a program makes into code while it runs is searched first, and shared by all views of its section.
        PageRights most = region.Source switch { LaunchSource.Image => PageRights.Read | PageRights.Write | PageRights.Execute, LaunchSource.Private => PageRights.Read | PageRights.Write, _ => PageRights.Read };
        return region.Runs.All(run => (PageProtection.Rights(run.State) & ~most) == 0)
            && region.Type == (region.Source switch { LaunchSource.Private => MemoryTypes.Private, LaunchSource.Image => MemoryTypes.Image, _ => MemoryTypes.Mapped })
            && (region.Layout is not { } layout || IsConsistent(layout, region.PageCount));
    }

    private static bool IsConsistent(ImageLayout layout, long pageCount) =>
        layout.SizeOfImage <= uint.MaxValue && (long)((layout.SizeOfImage + 0xfff) >> 12) == pageCount
        && layout.Pieces.All(piece => (piece.Rva & 0xfff) == 0 && piece.FileLength <= piece.VirtualSize && (ulong)piece.Rva + piece.VirtualSize <= (ulong)pageCount << 12
            && (ulong)piece.FileOffset + piece.FileLength <= layout.FileSize && (!layout.IsMappable || (piece.FileOffset & 0xfff) == 0 || piece.FileLength == 0));
}
