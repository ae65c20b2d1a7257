using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>
/// The host folder of a run's private data: the one that the user named, or a temporary one. It is made when the program first touches
/// drive C: beyond the system's own files, since making and removing thirty folders costs a small program a quarter of its time (measured).
/// Thread-safe.
/// </summary>
/// <param name="given">Host folder that the user named, or null.</param>
/// <param name="userName">Name of the Windows user, for C:\users\NAME.</param>
internal sealed class PrivateFolder(string? given, string userName) : IDisposable
{
    private readonly Lock _lock = new();
    private TemporaryFolder? _temporary;
    private bool _isMade;

    /// <summary>Why the folder could not be made, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The host folder of drive C:. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public string SystemDrive => Path.Combine(Base(), "drive_c");

    /// <summary>The host folder for files that we make ourselves. Throws as <see cref="SystemDrive"/> does.</summary>
    public string Generated => Path.Combine(Base(), "system");

    /// <summary>Makes the folders of drive C:. Returns 0 or an errno, and keeps the failure.</summary>
    public int Make()
    {
        lock (_lock)
        {
            try
            {
                if (!_isMade)
                {
                    SystemVolume.CreateStandardFolders(SystemDrive, userName);
                    _isMade = true;
                }
                return 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Failure ??= e;
                return Errno.Of(e);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _temporary?.Dispose();

    private string Base()
    {
        lock (_lock)
        {
            return given ?? (_temporary ??= TemporaryFolder.Create()).Path;
        }
    }
}
