using System.Text;

namespace PortableVirt.Appliance.Format;

/// <summary>
/// Writes a package: the runner (an ELF program), then the members as an uncompressed ZIP whose offsets count from the file's beginning, each file's data
/// on pages of its own (<see cref="PackageLayout"/>). The same inputs give the same bytes.
/// </summary>
public sealed class PackageWriter
{
    private readonly Stream _output;
    private readonly List<PlacedMember> _written = [];

    private PackageWriter(Stream output) => _output = output;

    /// <summary>Writes a whole package. Throws <see cref="PackageException"/> when it would be too large, <see cref="IOException"/> as streams do.</summary>
    /// <param name="output">An empty stream that knows its position.</param>
    /// <param name="runner">The runner's bytes; the manifest has their length and hash.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="signature">Its signature, or null.</param>
    /// <param name="open">Opens a member's bytes; called once a member, in order.</param>
    /// <param name="progress">Told the bytes written so far after the runner and after every member; null for nobody.</param>
    public static void Write(
        Stream output, Stream runner, PackageManifest manifest, PackageSignature? signature, Func<PackageMember, Stream> open, Action<long>? progress = null)
    {
        if (manifest.Members.Count >= ZipRecords.MaximumFiles)
        {
            throw new PackageException($"the package would have {manifest.Members.Count} files, more than {ZipRecords.MaximumFiles}: leave some out");
        }
        PackageWriter writer = new(output);
        runner.CopyTo(output);
        progress?.Invoke(output.Position);
        if (output.Position != manifest.RunnerLength)
        {
            throw new PackageException("the runner changed while it was packed: try again");
        }
        writer.Add(PackageManifest.Path, new MemoryStream(Encoding.UTF8.GetBytes(manifest.Write())));
        if (signature is not null)
        {
            writer.Add(PackageSignature.Path, new MemoryStream(Encoding.UTF8.GetBytes(signature.Write())));
        }
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
        long data = PackageLayout.DataAfter(_output.Position, name.Length);
        long length = content.Length;
        if (data + length > ZipRecords.MaximumLength)
        {
            throw TooLarge();
        }
        uint crc = 0;
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = content.Read(buffer)) > 0;)
        {
            crc = Crc32.Add(crc, buffer.AsSpan(0, read));
        }
        content.Position = 0;
        byte[] header = PackageLayout.LocalHeader(name, crc, (uint)length);
        WriteZeros(data - header.Length);
        _output.Write(header);
        content.CopyTo(_output);
        if (_output.Position != data + length)
        {
            throw new PackageException($"{path} changed while it was packed: try again");
        }
        _written.Add(new PlacedMember(path, data, length, crc));
    }

    private void WriteDirectory()
    {
        WriteZeros(PackageLayout.Align(_output.Position));
        byte[] directory = PackageLayout.Directory(_written, _output.Position);
        if (_output.Position + directory.Length > ZipRecords.MaximumLength)
        {
            throw TooLarge();
        }
        _output.Write(directory);
    }

    private void WriteZeros(long end) => _output.Write(new byte[end - _output.Position]);

    private static PackageException TooLarge() => new($"the package would be larger than {ZipRecords.MaximumLength >> 30} GiB: leave files out");
}
