using System.Text;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Ui;

/// <summary>
/// The clipboard that the programs of one user share: a file in the user's runtime folder, replaced as a whole at every change. What is in it is
/// checked like any input. Little-endian: "PVCLIP01", sequence number (4 bytes), number of formats (4), then for each the format's number (4), the
/// length of its name in bytes (4), the name (UTF-8), the length of the data (4), the data.
/// </summary>
/// <param name="path">The file; its folder is made, for the user alone, when it is first written.</param>
public sealed class ClipboardFile(string path)
{
    private const uint OwnerOnly = 0x1c0;
    private const int LongestName = 1024;
    private const int MostFormats = 256;
    private static ReadOnlySpan<byte> Magic => "PVCLIP01"u8;
    private (DateTime Written, long Length) _seen;

    /// <summary>Makes the folder of the file, where it is missing.</summary>
    /// <returns>Its path.</returns>
    public string MakeFolder()
    {
        string folder = Path.GetDirectoryName(path)!;
        byte[] name = [.. Encoding.UTF8.GetBytes(folder), 0];
        NativeIo.MakeFolder(in name[0], OwnerOnly);
        return folder;
    }

    /// <summary>Reads the file when it has changed since the last call; false when it has not, is not there, or is damaged.</summary>
    public bool TryReadChange(out ClipboardContent? content)
    {
        content = null;
        FileInfo file = new(path);
        if (!file.Exists || file.Length > Clipboard.MaximumLength * 2L || (file.LastWriteTimeUtc, file.Length) == _seen)
        {
            return false;
        }
        _seen = (file.LastWriteTimeUtc, file.Length);
        try
        {
            using BinaryReader reader = new(File.OpenRead(path));
            content = Parse(reader);
        }
        catch (IOException)
        {
            return false;
        }
        return content is not null;
    }

    /// <summary>Replaces the file. False when it cannot be written.</summary>
    public bool TryWrite(ClipboardContent content)
    {
        string temporary = $"{path}.{Environment.ProcessId}";
        try
        {
            MakeFolder();
            using (BinaryWriter writer = new(File.Create(temporary)))
            {
                Write(writer, content);
            }
            File.Move(temporary, path, overwrite: true);
            FileInfo file = new(path);
            _seen = (file.LastWriteTimeUtc, file.Length);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// The file of the user: portablevirt/clipboard in XDG_RUNTIME_DIR, which belongs to the user's session alone, or without a session in the user's
    /// own folder of the temporary folder. Null when neither is to be had.
    /// </summary>
    /// <param name="environment">The caller's environment.</param>
    public static ClipboardFile? OfUser(IReadOnlyDictionary<string, string> environment)
    {
        string? folder = environment.TryGetValue("XDG_RUNTIME_DIR", out string? session) && session.StartsWith('/')
            ? Path.Combine(session, "portablevirt")
            : TemporaryFolder.Shared("clipboard");
        return folder is null ? null : new ClipboardFile(Path.Combine(folder, "clipboard"));
    }

    private static void Write(BinaryWriter writer, ClipboardContent content)
    {
        writer.Write(Magic);
        writer.Write(content.SequenceNumber);
        writer.Write(content.Formats.Count);
        foreach ((uint format, string name, byte[] data) in content.Formats)
        {
            byte[] text = Encoding.UTF8.GetBytes(name);
            writer.Write(format);
            writer.Write(text.Length);
            writer.Write(text);
            writer.Write(data.Length);
            writer.Write(data);
        }
    }

    private static ClipboardContent? Parse(BinaryReader reader)
    {
        if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic))
        {
            return null;
        }
        uint sequence = reader.ReadUInt32();
        int count = reader.ReadInt32();
        List<(uint, string, byte[])> formats = [];
        long total = 0;
        for (int i = 0; i < count; i++)
        {
            uint format = reader.ReadUInt32();
            int nameLength = reader.ReadInt32();
            if (count > MostFormats || nameLength is < 0 or > LongestName)
            {
                return null;
            }
            string name = Encoding.UTF8.GetString(reader.ReadBytes(nameLength));
            int length = reader.ReadInt32();
            total += length;
            if (length < 0 || total > Clipboard.MaximumLength || reader.BaseStream.Length - reader.BaseStream.Position < length)
            {
                return null;
            }
            formats.Add((format, name, reader.ReadBytes(length)));
        }
        return new ClipboardContent(sequence, formats);
    }
}
