using PortableVirt.Cell;

namespace PortableVirt.Cli.Packages;

/// <summary>
/// A folder that a run may come to write to, made before the run's cell is closed, since it cannot be made later. What is still empty at the end goes
/// again: a run leaves nothing behind that it did not write.
/// </summary>
internal sealed class PreparedFolder : IDisposable
{
    private readonly string _path;
    private readonly List<string> _made = [];

    private PreparedFolder(string path) => _path = path;

    /// <summary>Makes a folder where it is missing. Throws nothing: what cannot be made is told by whoever writes to it.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="mode">Rights of folders that are made.</param>
    public static PreparedFolder Make(string path, UnixFileMode mode)
    {
        PreparedFolder folder = new(path);
        Stack<string> missing = new();
        for (string? at = path; at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at))
        {
            missing.Push(at);
        }
        try
        {
            while (missing.TryPop(out string? next))
            {
                Directory.CreateDirectory(next, mode);
                folder._made.Add(next);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As said above.
        }
        return folder;
    }

    /// <summary>What the run keeps of it.</summary>
    public IEnumerable<CellPath> Paths =>
        _made.Count == 0
            ? [new CellPath(_path, CellPathUse.Change)]
            : [new CellPath(_path, CellPathUse.Change), new CellPath(Path.GetDirectoryName(_made[0])!, CellPathUse.RemoveFolders)];

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = _made.Count - 1; i >= 0; i--)
        {
            try
            {
                Directory.Delete(_made[i]);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is in use: so are those above it.
                return;
            }
        }
    }
}
