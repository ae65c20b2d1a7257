using PortableVirt.Appliance.Format;
using PortableVirt.Desktop.Files;
using PortableVirt.Emulation.Io.Disk.Layers;

namespace PortableVirt.Cli.Packages;

/// <summary>
/// The folder that keeps what a packed program changes on drive C: and in its registry (<see cref="DataLayout"/>). It is made at the first change. One
/// running copy at a time keeps its changes there; another one starts with what is there and loses its own changes at its end, with a message.
/// </summary>
internal sealed class PackageData : IDataFolder, IDisposable
{
    /// <summary>EWOULDBLOCK of flock(2), as the exception carries it.</summary>
    private const int Locked = 11;

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly bool _isAsked;
    private FileStream? _lock;
    private string? _loss;
    private bool _isTold;

    private PackageData(string folder, bool isAsked) => (_folder, _isAsked) = (folder, isAsked);

    /// <inheritdoc/>
    public string? Existing => _lock is null ? null : _folder;

    /// <inheritdoc/>
    public string? Source { get; private set; }

    /// <summary>The folder of a package's changes by default; null where the user has no home folder.</summary>
    public static string? FolderOf(PackageManifest manifest) => UserFolders.Data is { } data ? Path.Combine(data, NameOf(manifest)) : null;

    /// <summary>
    /// The name of that folder: the program's name and the beginning of its hash. A package that is made again for the same program keeps its changes.
    /// </summary>
    public static string NameOf(PackageManifest manifest) => NameOf(manifest.Program, manifest.Members.First(m => m.Path == manifest.Program).Sha256);

    /// <summary>The same of a program and its SHA-256.</summary>
    public static string NameOf(string program, string programHash)
    {
        string name = Path.GetFileNameWithoutExtension(program);
        return $"{string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '+' ? c : '_'))}-{programHash[..16]}";
    }

    /// <summary>Opens a folder for a run. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when the user asked for it and it cannot be used.</summary>
    /// <param name="folder">Host path; it need not exist.</param>
    /// <param name="isAsked">The user named it: a failure is an error, not a loss of changes.</param>
    public static PackageData Open(string folder, bool isAsked)
    {
        PackageData data = new(folder, isAsked);
        if (isAsked)
        {
            try
            {
                data.Make();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"the data folder {folder} cannot be used: {e.Message.TrimEnd('.')}. Name a folder that you may write to", e);
            }
        }
        else if (File.Exists(Path.Combine(folder, DataLayout.Lock)))
        {
            data.TryLock();
            data.Source = data._lock is null ? folder : null;
        }
        return data;
    }

    /// <summary>Takes a folder for a change from outside. Throws <see cref="IOException"/> when a running copy has it.</summary>
    public static PackageData Take(string folder)
    {
        PackageData data = new(folder, true);
        data.TryLock();
        return data._lock is not null ? data : throw new IOException($"{folder} is in use: {data._loss}");
    }

    /// <inheritdoc/>
    public string? Make()
    {
        lock (_gate)
        {
            if (_lock is null && _loss is null)
            {
                try
                {
                    Directory.CreateDirectory(_folder, UserFolders.OwnerOnly);
                    TryLock();
                }
                catch (Exception e) when (!_isAsked && e is IOException or UnauthorizedAccessException)
                {
                    _loss = $"{e.Message.TrimEnd('.')}; name another folder with --portablevirt-data";
                }
                Source = _lock is null && _isAsked ? _folder : Source;
            }
            return Existing;
        }
    }

    /// <inheritdoc/>
    public void NoteChange(string path)
    {
        if (_isTold || IsTemporary(path))
        {
            return;
        }
        Make();
        lock (_gate)
        {
            if (_loss is not null && !_isTold)
            {
                Console.Error.WriteLine($"{OwnFile.Name}: changes to drive C: go with this run: {_loss}");
            }
            _isTold = true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    /// <summary>Files for the time of a run: nobody misses them.</summary>
    private static bool IsTemporary(string path) =>
        path.Contains("/AppData/Local/Temp", StringComparison.OrdinalIgnoreCase) || path.StartsWith("windows/Temp", StringComparison.OrdinalIgnoreCase);

    private void TryLock()
    {
        try
        {
            _lock = new FileStream(Path.Combine(_folder, DataLayout.Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0);
            foreach (string unfinished in Directory.EnumerateFiles(_folder, "*.new"))
            {
                File.Delete(unfinished);
            }
        }
        catch (IOException e) when (e.HResult == Locked)
        {
            _loss = "another copy of the program is running and keeps its own";
        }
        catch (Exception e) when (!_isAsked && e is IOException or UnauthorizedAccessException)
        {
            _loss = $"{_folder} cannot be written ({e.Message.TrimEnd('.')})";
        }
    }
}
