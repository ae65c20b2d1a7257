using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>
/// Case-insensitive look-up on a case-sensitive host: remembers the names of folders and checks them by the folder's
/// modification time, one host call a look-up. Changes made through this class's tree keep a listing valid. Thread-safe.
/// </summary>
internal sealed class DirectoryCache(HostTree tree) : IDisposable
{
    private const int Capacity = 128;
    private static readonly long TimeResolution = Stopwatch.Frequency / 50;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DirectoryListing> _listings = new(StringComparer.Ordinal);

    /// <summary>
    /// Looks a name up in a folder that is spelled exactly. STATUS_OBJECT_NAME_NOT_FOUND; STATUS_OBJECT_PATH_NOT_FOUND when the
    /// folder is missing or none; or why it cannot be read.
    /// </summary>
    public NtStatus Find(string folder, string name, out string spelled)
    {
        spelled = name;
        lock (_lock)
        {
            NtStatus status = GetCurrent(folder, out DirectoryListing listing);
            if (!status.IsSuccess)
            {
                return status;
            }
            if (!listing.Names.TryGetValue(name, out string? found))
            {
                return NtStatus.ObjectNameNotFound;
            }
            spelled = found;
            return NtStatus.Success;
        }
    }

    /// <summary>A name was made by this program.</summary>
    public void NoteAdded(string folder, string name) => Change(folder, listing => listing.Names.TryAdd(name, name));

    /// <summary>A name was removed by this program.</summary>
    public void NoteRemoved(string folder, string name) => Change(folder, listing =>
    {
        if (listing.Names.TryGetValue(name, out string? spelled) && spelled == name)
        {
            listing.Names.Remove(name);
        }
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            Clear();
        }
    }

    private void Change(string folder, Action<DirectoryListing> change)
    {
        lock (_lock)
        {
            if (_listings.TryGetValue(folder, out DirectoryListing? listing))
            {
                change(listing);
                if (HostTree.TryStat(listing.Directory, out HostStat stat))
                {
                    listing.ModifyTime = stat.ModifyTime;
                }
            }
        }
    }

    private NtStatus GetCurrent(string folder, out DirectoryListing listing)
    {
        byte[] path = folder.Length == 0 ? [(byte)'.', 0] : HostName.ToHost(folder);
        bool known = _listings.TryGetValue(folder, out listing!);
        if (known
            && NativeIo.StatX(tree.Root, in MemoryMarshal.GetReference<byte>(path), 0, HostStat.WantedMask, out HostStat now) == 0
            && now.Key == listing.Key && now.ModifyTime == listing.ModifyTime && Stopwatch.GetTimestamp() < listing.DoubtfulAt)
        {
            return NtStatus.Success;
        }
        if (known)
        {
            listing.Directory.Dispose();
            _listings.Remove(folder);
        }
        return Load(folder, out listing);
    }

    private NtStatus Load(string folder, out DirectoryListing listing)
    {
        listing = null!;
        if (!tree.TryOpen(folder, OpenFlags.ReadOnly | OpenFlags.Directory, 0, out SafeFileHandle directory))
        {
            int error = Errno.Last;
            return error is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? NtStatus.ObjectPathNotFound
                : error is Errno.EACCES ? FindWithoutListing(folder) : Errno.ToNtStatus(error);
        }
        long started = Stopwatch.GetTimestamp();
        if (!HostTree.TryStat(directory, out HostStat stat))
        {
            directory.Dispose();
            return Errno.LastStatus;
        }
        List<string> names = [];
        NtStatus status = DirectoryReader.Read(directory, names);
        if (!status.IsSuccess)
        {
            directory.Dispose();
            return status;
        }
        listing = new DirectoryListing(directory, stat.Key) { ModifyTime = stat.ModifyTime };
        foreach (string name in names)
        {
            listing.Names.TryAdd(name, name);
        }
        long finished = Stopwatch.GetTimestamp();
        TimeSpan age = DateTime.UtcNow - DateTime.FromFileTimeUtc(Math.Max(0, stat.ModifyTime.ToFileTime()));
        listing.DoubtfulAt = age.TotalMilliseconds is > 40 or < -1000 ? long.MaxValue : finished + Math.Max(TimeResolution, 20 * (finished - started));
        if (_listings.Count >= Capacity)
        {
            Clear();
        }
        _listings[folder] = listing;
        return NtStatus.Success;
    }

    /// <summary>A folder that may be passed but not listed: names in it are found only with their exact spelling.</summary>
    private NtStatus FindWithoutListing(string folder) =>
        tree.TryStat(folder, true, out HostStat stat) && stat.IsDirectory ? NtStatus.ObjectNameNotFound : NtStatus.AccessDenied;

    private void Clear()
    {
        foreach (DirectoryListing listing in _listings.Values)
        {
            listing.Directory.Dispose();
        }
        _listings.Clear();
    }
}
