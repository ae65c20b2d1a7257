using PortableVirt.Emulation.Io.Disk.Layers;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>
/// The host folder of a run's private data: the one that the user named, that of a packed program's changes, or a temporary one. It is made when the
/// program first touches drive C: beyond the system's own files, or, with a layer below, first changes it, since making and removing thirty folders costs
/// a small program a quarter of its time (measured). Thread-safe.
/// </summary>
internal sealed class PrivateFolder : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string? _given;
    private readonly string _userName;
    private readonly bool _isLayered;
    private readonly IDataFolder? _data;
    private TemporaryFolder? _temporary;
    private TemporaryFolder? _generated;
    private Exception? _noTemporary;
    private volatile bool _isMade;

    /// <summary>Plans the folder. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when the changes to start with cannot be copied.</summary>
    /// <param name="given">Host folder that the user named, or null.</param>
    /// <param name="userName">Name of the Windows user, for C:\users\NAME.</param>
    /// <param name="isLayered">True: there is a layer below, the folder holds changes alone.</param>
    /// <param name="data">Where the changes are kept; null when they go with the run.</param>
    public PrivateFolder(string? given, string userName, bool isLayered = false, IDataFolder? data = null)
    {
        (_given, _userName, _isLayered, _data) = (given, userName, isLayered, data);
        if (data?.Source is { } source)
        {
            DataLayout.Copy(source, Temporary().Path);
            _isMade = Directory.Exists(SystemDrive);
        }
        else
        {
            _isMade = data?.Existing is { } existing && Directory.Exists(Path.Combine(existing, DataLayout.Drive));
        }
    }

    /// <summary>Why the folder could not be made, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The folder of drive C: exists.</summary>
    public bool IsMade => _isMade;

    /// <summary>The folder itself, which is made. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public string Base
    {
        get
        {
            lock (_lock)
            {
                return _given ?? (_temporary is null ? _data?.Make() : null) ?? Temporary().Path;
            }
        }
    }

    /// <summary>The host folder of drive C:. Throws as <see cref="Base"/> does.</summary>
    public string SystemDrive => Path.Combine(Base, DataLayout.Drive);

    /// <summary>The host folder for files that we make ourselves. Throws as <see cref="Base"/> does.</summary>
    public string Generated
    {
        get
        {
            lock (_lock)
            {
                return Path.Combine(_given ?? (_generated ??= _temporary ?? CreateTemporary()).Path, "system");
            }
        }
    }

    /// <summary>The program is about to change a path of drive C:.</summary>
    public void NoteChange(string path) => _data?.NoteChange(path);

    /// <summary>Makes the folders of drive C:. Returns 0 or an errno, and keeps the failure.</summary>
    public int Make()
    {
        lock (_lock)
        {
            try
            {
                if (!_isMade)
                {
                    if (_isLayered)
                    {
                        Directory.CreateDirectory(SystemDrive);
                    }
                    else
                    {
                        SystemVolume.CreateStandardFolders(SystemDrive, _userName);
                    }
                    _isMade = true;
                }
                return 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A packed program goes on without: that its drive is write-protected is its own to tell.
                Failure ??= _isLayered ? null : e;
                return Errno.Of(e);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _temporary?.Dispose();
        if (_generated != _temporary)
        {
            _generated?.Dispose();
        }
    }

    /// <summary>Makes the folders that this process will need, empty as yet, before it is limited to them.</summary>
    /// <returns>The host folders to keep.</returns>
    public IReadOnlyList<string> Prepare()
    {
        lock (_lock)
        {
            if (_given is not null)
            {
                return [_given];
            }
            try
            {
                _generated ??= _temporary ?? CreateTemporary();
                _temporary ??= _data is null ? _generated : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _noTemporary = e;
            }
            return _generated is null ? [] : [_generated.Path];
        }
    }

    /// <summary>The one that was made before this process was limited to it, if there is one: later it can make no other.</summary>
    private TemporaryFolder Temporary() => _temporary ??= _generated ?? CreateTemporary();

    private TemporaryFolder CreateTemporary() =>
        _noTemporary is { } reason ? throw new IOException(reason.Message, reason) { HResult = reason.HResult } : TemporaryFolder.Create(_isLayered);
}
