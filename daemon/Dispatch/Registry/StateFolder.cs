namespace PortableVirt.Dispatch.Registry;

/// <summary>The folder that keeps what the daemon must know after its end: the registry, the store of packages, the logs. One daemon at a
/// time.</summary>
internal sealed class StateFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly FileStream _lock;

    private StateFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>The registry's file.</summary>
    public string Database => System.IO.Path.Combine(Path, "registry.db");

    /// <summary>Folder of the VMs' logs.</summary>
    public string Logs => System.IO.Path.Combine(Path, "logs");

    /// <summary>Folder of the packages' files.</summary>
    public string Store => System.IO.Path.Combine(Path, "store");

    /// <summary>Makes the folder if needed and takes it.</summary>
    /// <exception cref="RegistryException">Another daemon has it, or it cannot be made.</exception>
    public static StateFolder Take(string path)
    {
        try
        {
            Directory.CreateDirectory(path, OwnerOnly);
            StateFolder folder = new(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            Directory.CreateDirectory(folder.Logs, OwnerOnly);
            Directory.CreateDirectory(folder.Store, OwnerOnly);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"the state folder {path} cannot be taken ({e.Message}); another daemon may use it: name another one with --state", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
