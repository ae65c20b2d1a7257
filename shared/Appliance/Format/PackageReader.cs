using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Appliance.Format;

/// <summary>
/// Reads packages. Everything in the file is hostile: every offset, length and name is checked before it is used, and the directory must be, byte for
/// byte, the one that the manifest's members give. <see cref="Check"/> compares all the rest of the file.
/// </summary>
public sealed class PackageReader : IDisposable
{
    private const int MaximumDirectory = 64 << 20;
    private const int MaximumManifest = 32 << 20;
    private const int MaximumSignature = 4096;

    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, PlacedMember> _placed = new(StringComparer.Ordinal);
    private List<PlacedMember> _order = [];
    private byte[] _manifestText = [];
    private long _length;

    private PackageReader(SafeFileHandle file) => _file = file;

    /// <summary>What the package says that it holds.</summary>
    public PackageManifest Manifest { get; private set; } = null!;

    /// <summary>Names the package (<see cref="PackageManifest.Id"/>); computed once.</summary>
    public string Id => field ??= Sha256.HexOf(_manifestText);

    /// <summary>Names what launch images are made of (<see cref="PackageManifest.ContentsIdOf"/>).</summary>
    public string ContentsId => PackageManifest.ContentsIdOf(_manifestText);

    /// <summary>Its signature, not verified, or null.</summary>
    public PackageSignature? Signature { get; private set; }

    /// <summary>The open file; the reader closes it.</summary>
    public SafeFileHandle File => _file;

    /// <summary>The bytes that a signature is about.</summary>
    public ReadOnlyMemory<byte> ManifestText => _manifestText;

    /// <summary>Opens a package; null for a file that does not end as packages do.</summary>
    /// <exception cref="PackageException">It is a package, but damaged.</exception>
    public static PackageReader? TryOpen(string path)
    {
        return TryOpen(System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
    }

    /// <summary>Opens a package whose file is open for reading; null for a file that does not end as packages do.</summary>
    /// <param name="file">The file; the reader closes it, also when there is none.</param>
    /// <exception cref="PackageException">It is a package, but damaged.</exception>
    public static PackageReader? TryOpen(SafeFileHandle file)
    {
        PackageReader reader = new(file);
        try
        {
            if (reader.ReadAll())
            {
                return reader;
            }
        }
        catch
        {
            reader.Dispose();
            throw;
        }
        reader.Dispose();
        return null;
    }

    /// <summary>Where a member of the manifest lies.</summary>
    public PlacedMember Find(PackageMember member) => _placed[member.Path];

    /// <summary>The bytes of a member; they are not checked. Throws <see cref="PackageException"/> when the file has become shorter.</summary>
    public byte[] ReadMember(PackageMember member) => Read(Find(member).Offset, checked((int)member.Length)) ?? throw Damaged(member.Path);

    /// <summary>Compares every byte of the file with what the manifest says, on all processors.</summary>
    /// <exception cref="PackageException">The first part that is not what was packed, by its name.</exception>
    public void Check()
    {
        if (!Encoding.UTF8.GetBytes(Manifest.Write()).AsSpan().SequenceEqual(_manifestText))
        {
            throw Damaged("its manifest");
        }
        PackageCheck check = new(_file);
        check.RequireHash("the runner at its beginning", 0, Manifest.RunnerLength, Manifest.RunnerSha256);
        long end = Manifest.RunnerLength;
        foreach (PlacedMember member in _order)
        {
            byte[] name = Encoding.UTF8.GetBytes(member.Path);
            byte[] header = PackageLayout.LocalHeader(name, member.Crc, (uint)member.Length);
            check.RequireZeros($"the space before {member.Path}", end, member.Offset - header.Length);
            check.Require($"the header of {member.Path}", member.Offset - header.Length, header);
            end = member.Offset + member.Length;
        }
        check.RequireZeros("the space before its directory", end, PackageLayout.Align(end));
        foreach (PackageMember member in Manifest.Members)
        {
            check.RequireHash(member.Path, _placed[member.Path].Offset, member.Length, member.Sha256);
        }
        check.Finish();
    }

    /// <summary>Writes a member to a file and checks its hash on the way.</summary>
    /// <exception cref="PackageException">The bytes are not those that were packed; the file is gone again.</exception>
    public void Extract(PackageMember member, string target)
    {
        try
        {
            ExtractTo(member, target);
        }
        catch
        {
            System.IO.File.Delete(target);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    internal static PackageException Damaged(string what) => new($"the package is damaged: {what} is not what was packed; get the package again");

    private void ExtractTo(PackageMember member, string target)
    {
        PlacedMember place = Find(member);
        (long offset, long length) = (place.Offset, place.Length);
        Sha256 hash = new();
        using (FileStream output = new(target, FileMode.Create, FileAccess.Write))
        {
            byte[] buffer = new byte[1 << 18];
            while (length > 0)
            {
                int read = RandomAccess.Read(_file, buffer.AsSpan(0, (int)Math.Min(length, buffer.Length)), offset);
                if (read == 0)
                {
                    throw Damaged(member.Path);
                }
                hash.Add(buffer.AsSpan(0, read));
                output.Write(buffer, 0, read);
                offset += read;
                length -= read;
            }
        }
        if (hash.Finish() != member.Sha256)
        {
            throw Damaged(member.Path);
        }
    }

    private bool ReadAll()
    {
        _length = RandomAccess.GetLength(_file);
        if (_length > ZipRecords.MaximumLength)
        {
            return false;
        }
        byte[] end = Read(_length - ZipRecords.EndSize, ZipRecords.EndSize) ?? [];
        if (end.Length == 0 || U32(end, 0) != ZipRecords.End || U16(end, 20) != 0)
        {
            return !HasMoreThanProgram() ? false : throw Damaged("its end");
        }
        int count = U16(end, 10);
        uint size = U32(end, 12);
        uint start = U32(end, 16);
        if (size > MaximumDirectory || start + (long)size != _length - ZipRecords.EndSize || Read(start, (int)size + ZipRecords.EndSize) is not { } directory)
        {
            throw Damaged("its directory");
        }
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            at = ReadEntry(directory.AsSpan(0, (int)size), at, start);
        }
        if (!_placed.Remove(PackageManifest.Path, out PlacedMember manifest))
        {
            throw Damaged("its directory");
        }
        _manifestText = ReadSmall(manifest, MaximumManifest);
        Manifest = PackageManifest.Read(Encoding.UTF8.GetString(_manifestText));
        if (_placed.Remove(PackageSignature.Path, out PlacedMember signature))
        {
            Signature = PackageSignature.Read(Encoding.UTF8.GetString(ReadSmall(signature, MaximumSignature)));
        }
        RequireLayout(directory, start, manifest, Signature is null ? null : signature);
        return true;
    }

    /// <summary>
    /// True for an ELF program with something behind it: a package whose end is damaged or missing. Linkers write the section headers last (System V ABI,
    /// ELF header).
    /// </summary>
    private bool HasMoreThanProgram()
    {
        const int headerSize = 64;
        byte[] header = Read(0, headerSize) ?? [];
        if (header.Length == 0 || !header.AsSpan().StartsWith("\u007fELF"u8))
        {
            return false;
        }
        ulong end = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(40)) + ((ulong)U16(header, 58) * U16(header, 60));
        return end < (ulong)_length;
    }

    /// <summary>The manifest's members, laid out as the writer lays them out, must give this very directory.</summary>
    private void RequireLayout(byte[] directory, long start, PlacedMember manifest, PlacedMember? signature)
    {
        if (Manifest.Members.Count != _placed.Count)
        {
            throw Damaged("its directory");
        }
        _order = [manifest];
        if (signature is { } signed)
        {
            _order.Add(signed);
        }
        foreach (PackageMember member in Manifest.Members)
        {
            if (!_placed.TryGetValue(member.Path, out PlacedMember place) || place.Length != member.Length)
            {
                throw Damaged(member.Path);
            }
            _order.Add(place);
        }
        long end = Manifest.RunnerLength;
        foreach (PlacedMember member in _order)
        {
            if (member.Offset != PackageLayout.DataAfter(end, Encoding.UTF8.GetByteCount(member.Path)))
            {
                throw Damaged(member.Path);
            }
            end = member.Offset + member.Length;
        }
        if (start != PackageLayout.Align(end) || !directory.AsSpan().SequenceEqual(PackageLayout.Directory(_order, start)))
        {
            throw Damaged("its directory");
        }
    }

    private int ReadEntry(ReadOnlySpan<byte> directory, int at, long directoryStart)
    {
        if (directory.Length - at < ZipRecords.CentralSize || BinaryPrimitives.ReadUInt32LittleEndian(directory[at..]) != ZipRecords.Central)
        {
            throw Damaged("its directory");
        }
        ReadOnlySpan<byte> fields = directory[at..];
        long length = BinaryPrimitives.ReadUInt32LittleEndian(fields[24..]);
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(fields[28..]);
        if (nameLength > fields.Length - ZipRecords.CentralSize)
        {
            throw Damaged("its directory");
        }
        string path = Encoding.UTF8.GetString(fields.Slice(ZipRecords.CentralSize, nameLength));
        long data = (long)BinaryPrimitives.ReadUInt32LittleEndian(fields[42..]) + ZipRecords.LocalSize + nameLength;
        if (!MemberPath.IsValid(path))
        {
            throw new PackageException("the package is damaged or hostile: a file in it has a name that leads out of it; get the package again");
        }
        if (data + length > directoryStart || !_placed.TryAdd(path, new PlacedMember(path, data, length, BinaryPrimitives.ReadUInt32LittleEndian(fields[16..]))))
        {
            throw Damaged(path);
        }
        return at + ZipRecords.CentralSize + nameLength;
    }

    /// <summary>Reads a member that has no hash in the manifest and compares its CRC.</summary>
    private byte[] ReadSmall(PlacedMember member, int maximum)
    {
        byte[]? text = member.Length > maximum ? null : Read(member.Offset, (int)member.Length);
        return text is not null && Crc32.Add(0, text) == member.Crc ? text : throw Damaged(member.Path == PackageManifest.Path ? "its manifest" : "its signature");
    }

    private byte[]? Read(long offset, int length)
    {
        if (offset < 0 || offset > _length || length > _length - offset)
        {
            return null;
        }
        byte[] bytes = new byte[length];
        int read;
        for (int done = 0; done < length; done += read)
        {
            read = RandomAccess.Read(_file, bytes.AsSpan(done), offset + done);
            if (read == 0)
            {
                return null;
            }
        }
        return bytes;
    }

    private static ushort U16(byte[] data, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(offset));

    private static uint U32(byte[] data, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(offset));
}
