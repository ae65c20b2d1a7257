using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>
/// A host folder that the guest sees with everything below it. All look-ups go through openat2(RESOLVE_BENEATH) on the folder's
/// descriptor, so that neither ".." nor a symbolic link leads out of it. Paths are relative, in Windows spelling
/// (<see cref="HostName"/>), parts joined by '/'; "" is the folder itself.
/// </summary>
internal sealed class HostTree : IDisposable
{
    private readonly DirectoryCache _cache;
    private readonly Lock _lock = new();
    private readonly PrivateFolder? _folder;
    private SafeFileHandle? _root;
    private string _hostPath;

    private HostTree(SafeFileHandle? root, PrivateFolder? folder, string hostPath, bool readOnly)
    {
        _root = root;
        _folder = folder;
        _hostPath = hostPath;
        ReadOnly = readOnly;
        _cache = new DirectoryCache(this);
    }

    /// <summary>O_PATH descriptor of the folder; an invalid one when the folder could not be made, with errno as after a host call.</summary>
    public SafeFileHandle Root => Volatile.Read(ref _root) ?? Prepare();

    /// <summary>Absolute host path in Windows spelling, parts joined by '/'.</summary>
    public string HostPath
    {
        get
        {
            _ = Root;
            return _hostPath;
        }
    }

    /// <summary>Nothing in it may be changed.</summary>
    public bool ReadOnly { get; }

    /// <summary>Follows a symbolic link that leaves the tree; null when nothing may.</summary>
    public LinkRedirector? Redirector { get; init; }

    /// <summary>Opens a host folder as a tree.</summary>
    /// <param name="path">Absolute host path in Windows spelling, parts joined by '/'.</param>
    public static NtStatus Create(string path, bool readOnly, LinkRedirector? redirector, out HostTree tree)
    {
        tree = null!;
        int descriptor = NativeIo.Open(in First(HostName.ToHost(path)), OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        if (descriptor < 0)
        {
            return Errno.LastStatus;
        }
        tree = new HostTree(new SafeFileHandle(descriptor, true), null, path, readOnly) { Redirector = redirector };
        return NtStatus.Success;
    }

    /// <summary>The writable tree of drive C:, whose folder is made when it is first needed.</summary>
    public static HostTree CreateLater(PrivateFolder folder) => new(null, folder, "", false) { Redirector = LinkRedirector.Inside };

    /// <summary>Opens a path with its exact spelling. errno decides: the caller maps it with <see cref="Errno.LastStatus"/>.</summary>
    /// <param name="flags">O_ flags; O_CLOEXEC, O_NONBLOCK and O_NOCTTY are added.</param>
    public bool TryOpen(string path, int flags, uint mode, out SafeFileHandle handle) => TryOpen(path, flags, mode, 0, out handle);

    /// <summary>Status of a path without opening it.</summary>
    public bool TryStat(string path, bool followLink, out HostStat stat)
    {
        stat = default;
        if (!TryOpen(path, OpenFlags.Path | (followLink ? 0 : OpenFlags.NoFollow), 0, out SafeFileHandle handle))
        {
            return false;
        }
        using (handle)
        {
            return TryStat(handle, out stat);
        }
    }

    /// <summary>Status of an open descriptor.</summary>
    public static bool TryStat(SafeFileHandle handle, out HostStat stat) =>
        NativeIo.StatX(handle, in First("\0"u8), NativeIo.AtEmptyPath, HostStat.WantedMask, out stat) == 0;

    /// <summary>True when the tree's own folder has an entry with exactly this name, which has no '/'.</summary>
    public bool HasEntry(string name) =>
        NativeIo.StatX(Root, in First(HostName.ToHost(name)), NativeIo.AtSymlinkNoFollow, HostStat.WantedMask, out _) == 0;

    /// <summary>Opens the folder that holds a path's last part.</summary>
    public NtStatus OpenParent(string path, out SafeFileHandle parent, out byte[] leaf)
    {
        (string folder, string name) = Split(path);
        leaf = HostName.ToHost(name);
        return TryOpen(folder, OpenFlags.Path | OpenFlags.Directory, 0, out parent) ? NtStatus.Success : Errno.LastStatus;
    }

    /// <summary>
    /// Finds a path whatever its case. Success: <paramref name="actual"/> is the host's spelling. STATUS_OBJECT_NAME_NOT_FOUND:
    /// only the last part is missing and <paramref name="actual"/> is where it would be. STATUS_OBJECT_PATH_NOT_FOUND otherwise.
    /// </summary>
    public NtStatus Find(string path, out string actual)
    {
        actual = path;
        if (path.Length == 0)
        {
            return NtStatus.Success;
        }
        (string folder, string name) = Split(path);
        NtStatus status = _cache.Find(folder, name, out string spelled);
        if (status == NtStatus.ObjectPathNotFound && folder.Length != 0)
        {
            status = Find(folder, out string actualFolder);
            if (!status.IsSuccess)
            {
                return status == NtStatus.ObjectNameNotFound ? NtStatus.ObjectPathNotFound : status;
            }
            if (actualFolder == folder)
            {
                return NtStatus.ObjectPathNotFound;
            }
            folder = actualFolder;
            status = _cache.Find(folder, name, out spelled);
        }
        actual = Join(folder, status.IsSuccess ? spelled : name);
        return status;
    }

    /// <summary>Tells the look-up cache that this program just made a name.</summary>
    public void NoteAdded(string path)
    {
        (string folder, string name) = Split(path);
        _cache.NoteAdded(folder, name);
    }

    /// <summary>Tells the look-up cache that this program just removed a name.</summary>
    public void NoteRemoved(string path)
    {
        (string folder, string name) = Split(path);
        _cache.NoteRemoved(folder, name);
    }

    /// <summary>Splits a path at its last '/'.</summary>
    public static (string Folder, string Name) Split(string path)
    {
        int cut = path.LastIndexOf('/');
        return cut < 0 ? ("", path) : (path[..cut], path[(cut + 1)..]);
    }

    /// <summary>Joins a folder and a name; an empty part adds nothing.</summary>
    public static string Join(string folder, string name) => folder.Length == 0 ? name : name.Length == 0 ? folder : folder + "/" + name;

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache.Dispose();
        _root?.Dispose();
    }

    private SafeFileHandle Prepare()
    {
        lock (_lock)
        {
            if (_root is not null)
            {
                return _root;
            }
            int error = _folder!.Make();
            if (error == 0)
            {
                _hostPath = HostName.PathFromHost(_folder.SystemDrive);
                int descriptor = NativeIo.Open(in First(HostName.ToHost(_hostPath)), OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
                if (descriptor >= 0)
                {
                    Volatile.Write(ref _root, new SafeFileHandle(descriptor, true));
                    return _root!;
                }
                error = Errno.Last;
            }
            Marshal.SetLastPInvokeError(error);
            return new SafeFileHandle(-1, false);
        }
    }

    private bool TryOpen(string path, int flags, uint mode, int redirections, out SafeFileHandle handle)
    {
        int all = flags | OpenFlags.CloseOnExec | ((flags & OpenFlags.Path) != 0 ? 0 : OpenFlags.NonBlocking | OpenFlags.NoTerminal);
        OpenHow how = new(all, (flags & OpenFlags.Create) != 0 ? mode : 0, OpenHow.Beneath);
        byte[] name = path.Length == 0 ? [(byte)'.', 0] : HostName.ToHost(path);
        handle = null!;
        SafeFileHandle root = Root;
        if (root.IsInvalid)
        {
            return false;
        }
        nint descriptor = NativeIo.OpenAt2(NativeIo.SyscallOpenAt2, root, in First(name), in how, OpenHow.Size);
        if (descriptor >= 0)
        {
            handle = new SafeFileHandle(descriptor, true);
            return true;
        }
        int error = Errno.Last;
        if (error == Errno.EXDEV && Redirector is { } redirector && redirections < LinkRedirector.MaximumLinks
            && redirector.TryFollow(this, path, (flags & OpenFlags.NoFollow) == 0, out HostTree tree, out string target))
        {
            if (tree.ReadOnly && (flags & (OpenFlags.WriteOnly | OpenFlags.ReadWrite | OpenFlags.Create)) != 0)
            {
                Marshal.SetLastPInvokeError(Errno.EROFS);
                return false;
            }
            return tree.TryOpen(target, flags, mode, redirections + 1, out handle);
        }
        Marshal.SetLastPInvokeError(error);
        return false;
    }

    private static ref readonly byte First(ReadOnlySpan<byte> name) => ref MemoryMarshal.GetReference(name);
}
