using System.Text;

namespace PortableVirt.Emulation.Registry;

/// <summary>
/// A file of the host that keeps a part of the registry between runs, in the registry text format. It is replaced as a whole:
/// written beside the old file, synchronised, renamed over it.
/// </summary>
/// <param name="path">Host path of the file; it need not exist yet.</param>
public sealed class RegistryStore(string path)
{
    private const long MaximumLength = 256L << 20;

    /// <summary>Host path of the file.</summary>
    public string Path { get; } = path;

    /// <summary>
    /// Puts the stored keys in place of what <paramref name="root"/> holds; nothing happens when the file does not exist.
    /// </summary>
    /// <returns>Null, or what is wrong with the file, for people.</returns>
    public string? Load(RegistryTree tree, KeyNode root)
    {
        try
        {
            FileInfo file = new(Path);
            if (!file.Exists)
            {
                return null;
            }
            if (file.Length > MaximumLength)
            {
                return $"{Path}: the registry file is larger than {MaximumLength >> 20} MiB; move it away to start with an empty registry";
            }
            string text = File.ReadAllText(Path, Encoding.UTF8);
            lock (tree.Lock)
            {
                root.RemoveContents();
            }
            return RegistryTextReader.Read(tree, text) is { } error
                ? $"{Path}:{error.Line}: {error.Message}; correct the line, or move the file away to start with an empty registry"
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{Path}: cannot read the registry file: {e.Message}";
        }
    }

    /// <summary>Writes <paramref name="root"/> and all keys below it.</summary>
    /// <returns>Null, or why the file could not be written, for people; the old file is unharmed then.</returns>
    public string? Save(RegistryTree tree, KeyNode root)
    {
        string temporary = $"{Path}.{Environment.ProcessId}.new";
        try
        {
            byte[] text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(RegistryTextWriter.Write(tree, root));
            using (FileStream file = new(temporary, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write }))
            {
                file.Write(text);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, Path, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
            return $"{Path}: cannot write the registry file: {e.Message}";
        }
    }
}
