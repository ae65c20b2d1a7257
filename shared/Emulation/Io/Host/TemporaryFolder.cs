using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Disk;

namespace PortableVirt.Emulation.Io.Host;

/// <summary>
/// The private folder of one run. Its life is marked by a locked file in it (flock(2), released by the kernel however the
/// process ends), so that the next start removes what a killed one left. A process that is limited to the folder can still remove it, if it may
/// remove empty folders in the one above.
/// </summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string LockName = ".lock";

    /// <summary>After this time a folder without a lock is nobody's: its run was killed between the two.</summary>
    private static readonly TimeSpan _forgotten = TimeSpan.FromMinutes(1);

    private readonly FileStream _lock;

    private TemporaryFolder(string path, FileStream fileLock) => (Path, _lock) = (path, fileLock);

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>
    /// Makes a folder that only this user can enter, and removes those of this user's runs that have ended. Throws
    /// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when there is no room or no right.
    /// </summary>
    /// <param name="anywhere">True: where the temporary folder cannot be written, in the runtime folder of the user or in shared memory.</param>
    public static TemporaryFolder Create(bool anywhere = false)
    {
        try
        {
            // Where somebody else has the name, a folder of our own under a random one is safe, but is not swept.
            return CreateIn(OfUser() ?? Directory.CreateTempSubdirectory("portablevirt-").FullName);
        }
        catch (Exception e) when (anywhere && e is IOException or UnauthorizedAccessException)
        {
            foreach (string? root in (string?[])[Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), "/dev/shm"])
            {
                if (root is { Length: > 0 } && OfUser(root) is { } parent)
                {
                    return CreateIn(parent);
                }
            }
            throw;
        }
    }

    /// <summary>As above, in a folder of this user.</summary>
    private static TemporaryFolder CreateIn(string parent)
    {
        Sweep(parent);
        string path = System.IO.Path.Combine(parent, Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(path);
        return new TemporaryFolder(path, Open(System.IO.Path.Combine(path, LockName), FileMode.CreateNew));
    }

    /// <summary>The folder for something that this user's runs share, in the temporary folder; null when somebody else has made it.</summary>
    /// <param name="purpose">One word.</param>
    public static string? Shared(string purpose) => OfUser(System.IO.Path.GetTempPath(), $"-{purpose}");

    /// <summary>The folder for all that this user's runs keep in the temporary folder; null when somebody else has made it.</summary>
    private static string? OfUser() => OfUser(System.IO.Path.GetTempPath());

    private static string? OfUser(string root, string suffix = "")
    {
        string parent = System.IO.Path.Combine(root, $"portablevirt-{Environment.UserName}{suffix}");
        return IsOurs(parent) ? parent : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, true);
        }
        _lock.Dispose();
    }

    /// <summary>Makes the folder if it is missing; true when it is a folder of this user that nobody else can write to.</summary>
    private static bool IsOurs(string parent)
    {
        const uint ownerOnly = 0x1c0;
        const int othersMayWrite = 0x12;
        byte[] path = [.. System.Text.Encoding.UTF8.GetBytes(parent), 0];
        NativeIo.MakeFolder(in path[0], ownerOnly);
        int descriptor = NativeIo.Open(in path[0], OpenFlags.Path | OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0);
        using SafeFileHandle folder = new(descriptor, ownsHandle: true);
        return !folder.IsInvalid && HostTree.TryStat(folder, out HostStat stat)
            && stat.UserId == NativeIo.GetEffectiveUserId() && (stat.Mode & othersMayWrite) == 0;
    }

    private static void Sweep(string parent)
    {
        foreach (string folder in Directory.EnumerateDirectories(parent))
        {
            try
            {
                using FileStream? stale = TryOpenLock(folder);
                if (stale is not null || DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) > _forgotten)
                {
                    Directory.Delete(folder, true);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Its run still lives, or it vanished: nothing to remove.
            }
        }
    }

    /// <summary>The lock of a folder, taken; null when there is none.</summary>
    private static FileStream? TryOpenLock(string folder)
    {
        string path = System.IO.Path.Combine(folder, LockName);
        return File.Exists(path) ? Open(path, FileMode.Open) : null;
    }

    private static FileStream Open(string path, FileMode mode) => new(path, mode, FileAccess.ReadWrite, FileShare.None, 0);
}
