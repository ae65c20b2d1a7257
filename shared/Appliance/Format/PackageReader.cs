using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Appliance.Format;

/// <summary>
/// Reads packages. Everything in the file is hostile: every offset, length and name is checked before it is used, the directory must name exactly what the
/// manifest names, and a member's bytes must have the manifest's hash.
/// </summary>
public sealed class PackageReader : IDisposable
{
    private const int MaximumDirectory = 64 << 20;
    private const int MaximumManifest = 32 << 20;

    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, (long Offset, long Length)> _entries = new(StringComparer.Ordinal);

    private PackageReader(SafeFileHandle file) => _file = file;

    /// <summary>What the package says that it holds.</summary>
    public PackageManifest Manifest { get; private set; } = null!;

    /// <summary>Opens a package; null for a file that does not end as packages do.</summary>
    /// <exception cref="PackageException">It is a package, but damaged.</exception>
    public static PackageReader? TryOpen(string path)
    {
        SafeFileHandle file = File.OpenHandle(path);
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

    /// <summary>Writes a member to a file and checks its hash on the way.</summary>
    /// <exception cref="PackageException">The bytes are not those that were packed.</exception>
    public void Extract(PackageMember member, string target)
    {
        (long offset, long length) = _entries[member.Path];
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

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static PackageException Damaged(string what) => new($"the package is damaged: {what} is not what was packed; get the package again");

    private bool ReadAll()
    {
        long fileLength = RandomAccess.GetLength(_file);
        byte[] end = Read(fileLength - ZipRecords.EndSize, ZipRecords.EndSize, fileLength) ?? [];
        if (end.Length == 0 || U32(end, 0) != ZipRecords.End || U16(end, 20) != 0)
        {
            return false;
        }
        int count = U16(end, 10);
        uint size = U32(end, 12);
        uint start = U32(end, 16);
        if (size > MaximumDirectory || start + (long)size != fileLength - ZipRecords.EndSize || Read(start, (int)size, fileLength) is not { } directory)
        {
            throw Damaged("its directory");
        }
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            at = ReadEntry(directory, at, start);
        }
        if (at != directory.Length || !_entries.Remove(PackageManifest.Path, out (long Offset, long Length) manifest))
        {
            throw Damaged("its directory");
        }
        if (manifest.Length > MaximumManifest || Read(manifest.Offset, (int)manifest.Length, fileLength) is not { } text)
        {
            throw Damaged("its manifest");
        }
        Manifest = PackageManifest.Read(Encoding.UTF8.GetString(text));
        if (Manifest.Members.Count != _entries.Count)
        {
            throw Damaged("its directory");
        }
        foreach (PackageMember member in Manifest.Members)
        {
            if (!_entries.TryGetValue(member.Path, out (long Offset, long Length) entry) || entry.Length != member.Length)
            {
                throw Damaged(member.Path);
            }
        }
        return true;
    }

    private int ReadEntry(byte[] directory, int at, long directoryStart)
    {
        if (directory.Length - at < ZipRecords.CentralSize || U32(directory, at) != ZipRecords.Central || U16(directory, at + 10) != 0)
        {
            throw Damaged("its directory");
        }
        long length = U32(directory, at + 24);
        int nameLength = U16(directory, at + 28);
        int next = at + ZipRecords.CentralSize + nameLength + U16(directory, at + 30) + U16(directory, at + 32);
        long header = U32(directory, at + 42);
        if (U32(directory, at + 20) != length || next > directory.Length)
        {
            throw Damaged("its directory");
        }
        string path = Encoding.UTF8.GetString(directory, at + ZipRecords.CentralSize, nameLength);
        if (Read(header, ZipRecords.LocalSize, directoryStart) is not { } local || U32(local, 0) != ZipRecords.Local || !MemberPath.IsValid(path))
        {
            throw Damaged(MemberPath.IsValid(path) ? path : "its directory");
        }
        long data = header + ZipRecords.LocalSize + U16(local, 26) + U16(local, 28);
        if (data + length > directoryStart || !_entries.TryAdd(path, (data, length)))
        {
            throw Damaged(path);
        }
        return next;
    }

    private byte[]? Read(long offset, int length, long limit)
    {
        if (offset < 0 || offset > limit || length > limit - offset)
        {
            return null;
        }
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length)
        {
            int read = RandomAccess.Read(_file, bytes.AsSpan(done), offset + done);
            if (read == 0)
            {
                return null;
            }
            done += read;
        }
        return bytes;
    }

    private static ushort U16(byte[] data, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(offset));

    private static uint U32(byte[] data, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(offset));
}
