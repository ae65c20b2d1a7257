using System.Buffers.Binary;
using System.Text;

namespace PortableVirt.Appliance.Format;

/// <summary>
/// Writes a package: the runner (an ELF program), then the members as an uncompressed ZIP whose offsets count from the file's beginning, each file's data
/// on a page of its own. The same inputs give the same bytes.
/// </summary>
public sealed class PackageWriter
{
    private readonly Stream _output;
    private readonly List<(byte[] Name, uint Crc, uint Length, uint Offset)> _written = [];

    private PackageWriter(Stream output) => _output = output;

    /// <summary>Writes a whole package. Throws <see cref="PackageException"/> when it would be too large, <see cref="IOException"/> as streams do.</summary>
    /// <param name="output">An empty stream that knows its position.</param>
    /// <param name="runner">The runner's bytes.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="open">Opens a member's bytes; called once a member, in order.</param>
    /// <param name="progress">Told the bytes written so far, after the runner and after every member; null for nobody.</param>
    public static void Write(Stream output, Stream runner, PackageManifest manifest, Func<PackageMember, Stream> open, Action<long>? progress = null)
    {
        if (manifest.Members.Count >= ZipRecords.MaximumFiles)
        {
            throw new PackageException($"the package would have {manifest.Members.Count} files, more than {ZipRecords.MaximumFiles}: leave some out");
        }
        PackageWriter writer = new(output);
        runner.CopyTo(output);
        progress?.Invoke(output.Position);
        writer.Add(PackageManifest.Path, new MemoryStream(Encoding.UTF8.GetBytes(manifest.Write())));
        foreach (PackageMember member in manifest.Members)
        {
            using Stream content = open(member);
            writer.Add(member.Path, content);
            progress?.Invoke(output.Position);
        }
        writer.WriteDirectory();
    }

    private void Add(string path, Stream content)
    {
        byte[] name = Encoding.UTF8.GetBytes(path);
        long header = _output.Position;
        long data = header + ZipRecords.LocalSize + name.Length + 4;
        int padding = (int)(-data & (ZipRecords.Alignment - 1));
        data += padding;
        long length = content.Length;
        if (data + length > ZipRecords.MaximumLength)
        {
            throw new PackageException($"the package would be larger than {ZipRecords.MaximumLength >> 30} GiB: leave files out");
        }
        uint crc = 0;
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = content.Read(buffer)) > 0;)
        {
            crc = Crc32.Add(crc, buffer.AsSpan(0, read));
        }
        content.Position = 0;
        Span<byte> fields = stackalloc byte[ZipRecords.LocalSize];
        fields.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(fields, ZipRecords.Local);
        WriteCommon(fields[4..], crc, (uint)length, name.Length, 4 + padding);
        _output.Write(fields);
        _output.Write(name);
        Span<byte> extra = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(extra, ZipRecords.PaddingId);
        BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], (ushort)padding);
        _output.Write(extra);
        _output.Write(new byte[padding]);
        content.CopyTo(_output);
        if (_output.Position != data + length)
        {
            throw new PackageException($"{path} changed while it was packed: try again");
        }
        _written.Add((name, crc, (uint)length, (uint)header));
    }

    /// <summary>The fields that both headers share, from "version needed" to the length of the extra field.</summary>
    private static void WriteCommon(Span<byte> fields, uint crc, uint length, int nameLength, int extraLength)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(fields, ZipRecords.VersionNeeded);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[2..], ZipRecords.Utf8Names);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[8..], ZipRecords.Date);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[10..], crc);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[14..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[18..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[22..], (ushort)nameLength);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[24..], (ushort)extraLength);
    }

    private void WriteDirectory()
    {
        long start = _output.Position;
        Span<byte> fields = stackalloc byte[ZipRecords.CentralSize];
        foreach ((byte[] name, uint crc, uint length, uint offset) in _written)
        {
            fields.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(fields, ZipRecords.Central);
            BinaryPrimitives.WriteUInt16LittleEndian(fields[4..], ZipRecords.VersionNeeded);
            WriteCommon(fields[6..], crc, length, name.Length, 0);
            BinaryPrimitives.WriteUInt32LittleEndian(fields[42..], offset);
            _output.Write(fields);
            _output.Write(name);
        }
        long size = _output.Position - start;
        if (start + size > ZipRecords.MaximumLength)
        {
            throw new PackageException($"the package would be larger than {ZipRecords.MaximumLength >> 30} GiB: leave files out");
        }
        Span<byte> end = fields[..ZipRecords.EndSize];
        end.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(end, ZipRecords.End);
        BinaryPrimitives.WriteUInt16LittleEndian(end[8..], (ushort)_written.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(end[10..], (ushort)_written.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(end[12..], (uint)size);
        BinaryPrimitives.WriteUInt32LittleEndian(end[16..], (uint)start);
        _output.Write(end);
    }
}
