using System.Text;
using PortableVirt.Desktop.Files;
using PortableVirt.VirtualLayer.Unseen;

namespace PortableVirt.Cli.Packages;

/// <summary>
/// The recording of what a package's runs needed and its list does not hold: one fact a line, as in a list, in a file of the package's state. Several runs may add at once:
/// a line is one write at the file's end, and what a crash tore is no whole line and not read.
/// </summary>
/// <param name="path">The file; its folder is made when there is something to write.</param>
public sealed class UnseenLog(string path)
{
    /// <summary>The folder of the file.</summary>
    public string Folder => Path.GetDirectoryName(path)!;

    /// <summary>Largest recording, in bytes. What comes later is not recorded: the next pack takes in what is there.</summary>
    public const long MaximumLength = 4 << 20;

    private const string FileName = "unseen";

    /// <summary>The recording of a package, in the folder of its state; null where no home folder is known.</summary>
    /// <param name="id">The package's id.</param>
    public static UnseenLog? Of(string id) => UserFolders.Data is { } data ? new UnseenLog(Path.Combine(data, id, FileName)) : null;

    /// <summary>Adds a fact. False when the file cannot be written or is full.</summary>
    public bool TryAdd(UnseenItem item)
    {
        try
        {
            Directory.CreateDirectory(Folder);
            using FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            byte[] line = Encoding.UTF8.GetBytes(item.Fact + "\n");
            if (file.Length + line.Length > MaximumLength)
            {
                return false;
            }
            file.Write(line);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The facts, each once, in order; none where there is no recording.</summary>
    public IReadOnlyList<string> Read()
    {
        if (!File.Exists(path))
        {
            return [];
        }
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[(int)Math.Min(file.Length, MaximumLength)];
        string text = Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        int end = text.LastIndexOf('\n');
        return end < 0 ? [] : [.. text[..end].Split('\n').Where(IsFact).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The kinds that a guard records; a line of another kind, or with control characters, is not taken in.</summary>
    private static bool IsFact(string line) =>
        line.Split(' ', 2) is ["module" or "file" or "nls" or "lookup" or "call" or "gate" or "page", { Length: > 0 }] && !line.Any(char.IsControl);
}
