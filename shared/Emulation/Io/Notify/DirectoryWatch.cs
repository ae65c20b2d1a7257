using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Calls;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Notify;

/// <summary>
/// Watches a directory, or the tree below it, for one open file object: an inotify descriptor and a host thread. Changes between
/// two calls are kept; when there are too many, the next call says so (STATUS_NOTIFY_ENUM_DIR).
/// </summary>
internal sealed class DirectoryWatch : IDisposable
{
    private const int NonBlockingCloseOnExec = 0x80800;
    private const int PollMilliseconds = 250;
    private const int MaximumChanges = 4096;
    private const int MaximumWatches = 8192;
    private const int EventHeader = 16;

    private readonly Lock _lock = new();
    private readonly LinkedList<NotifyRequest> _waiting = new();
    private readonly List<(NotifyAction Action, string Name)> _changes = [];
    private readonly Dictionary<int, string> _folders = [];
    private readonly SafeFileHandle _inotify;
    private readonly FileLocation _location;
    private readonly uint _filter;
    private readonly bool _subtree;
    private bool _overflowed;
    private volatile bool _isDisposed;

    private DirectoryWatch(SafeFileHandle inotify, FileLocation location, uint filter, bool subtree)
    {
        (_inotify, _location, _filter, _subtree) = (inotify, location, filter, subtree);
    }

    /// <summary>Starts to watch. STATUS_INSUFFICIENT_RESOURCES when the host has no more watches.</summary>
    public static NtStatus Create(FileLocation location, uint filter, bool subtree, out DirectoryWatch? watch)
    {
        watch = null;
        int descriptor = NativeIo.InotifyInit(NonBlockingCloseOnExec);
        if (descriptor < 0)
        {
            return Errno.Last == Errno.EMFILE ? NtStatus.InsufficientResources : Errno.LastStatus;
        }
        DirectoryWatch made = new(new SafeFileHandle(descriptor, true), location, filter, subtree);
        NtStatus status = made.AddFolder("");
        if (!status.IsSuccess)
        {
            made._inotify.Dispose();
            return status;
        }
        new Thread(made.Run, 256 << 10) { IsBackground = true, Name = "directory watch" }.Start();
        watch = made;
        return NtStatus.Success;
    }

    /// <summary>Answers with the changes that are kept, or queues the request.</summary>
    public void Submit(NotifyRequest request)
    {
        Action? completion = null;
        lock (_lock)
        {
            _waiting.AddLast(request);
            completion = TakeCompletion();
        }
        completion?.Invoke();
    }

    /// <summary>Takes a cancelled request out.</summary>
    public void Remove(NotifyRequest request)
    {
        lock (_lock)
        {
            _waiting.Remove(request);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _isDisposed = true;

    private NtStatus AddFolder(string folder)
    {
        string path = HostTree.Join(_location.Path, folder);
        if (_folders.Count >= MaximumWatches)
        {
            return NtStatus.InsufficientResources;
        }
        if (!_location.Tree.TryOpen(path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, 0, out SafeFileHandle handle))
        {
            return Errno.LastStatus;
        }
        using (handle)
        {
            byte[] link = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}\0"));
            uint mask = NotifyFilter.ToHost(_filter) | (_subtree ? NotifyFilter.Created | NotifyFilter.MovedTo : 0) | NotifyFilter.OnlyDirectory;
            int watch = NativeIo.InotifyAddWatch(_inotify, in link[0], mask);
            if (watch < 0)
            {
                return Errno.Last == Errno.ENOSPC ? NtStatus.InsufficientResources : Errno.LastStatus;
            }
            _folders[watch] = folder;
            if (_subtree)
            {
                List<string> names = [];
                _ = DirectoryReader.Read(handle, names);
                foreach (string name in names)
                {
                    AddFolder(HostTree.Join(folder, name));
                }
            }
        }
        return NtStatus.Success;
    }

    private void Run()
    {
        byte[] buffer = new byte[64 << 10];
        while (!_isDisposed)
        {
            HostPoll poll = new((int)_inotify.DangerousGetHandle(), HostPoll.In);
            if (NativeIo.Poll(ref poll, 1, PollMilliseconds) <= 0)
            {
                continue;
            }
            nint length = NativeIo.Read(_inotify, ref buffer[0], buffer.Length);
            Action? completion = null;
            lock (_lock)
            {
                if (length > 0)
                {
                    Record(buffer.AsSpan(0, (int)length));
                }
                completion = TakeCompletion();
            }
            completion?.Invoke();
        }
        _inotify.Dispose();
    }

    /// <summary>struct inotify_event: watch, mask, cookie, length of the name, name with zeros.</summary>
    private void Record(ReadOnlySpan<byte> events)
    {
        uint renamed = 0;
        while (events.Length >= EventHeader)
        {
            int watch = BinaryPrimitives.ReadInt32LittleEndian(events);
            uint mask = BinaryPrimitives.ReadUInt32LittleEndian(events[4..]);
            uint cookie = BinaryPrimitives.ReadUInt32LittleEndian(events[8..]);
            int nameLength = (int)BinaryPrimitives.ReadUInt32LittleEndian(events[12..]);
            ReadOnlySpan<byte> name = events.Slice(EventHeader, nameLength).TrimEnd((byte)0);
            events = events[(EventHeader + nameLength)..];
            if ((mask & NotifyFilter.QueueOverflow) != 0)
            {
                _overflowed = true;
                continue;
            }
            if (name.Length == 0 || !_folders.TryGetValue(watch, out string? folder))
            {
                continue;
            }
            string path = HostTree.Join(folder, HostName.FromHost(name));
            if (_subtree && (mask & NotifyFilter.IsDirectory) != 0 && (mask & (NotifyFilter.Created | NotifyFilter.MovedTo)) != 0)
            {
                AddFolder(path);
            }
            if (!NotifyFilter.Wants(_filter, mask))
            {
                continue;
            }
            bool pairs = (mask & NotifyFilter.MovedFrom) != 0 && events.Length >= EventHeader && BinaryPrimitives.ReadUInt32LittleEndian(events[8..]) == cookie;
            NotifyAction action = (mask & NotifyFilter.Created) != 0 ? NotifyAction.Added
                : (mask & NotifyFilter.Deleted) != 0 ? NotifyAction.Removed
                : (mask & NotifyFilter.MovedFrom) != 0 ? pairs ? NotifyAction.RenamedOldName : NotifyAction.Removed
                : (mask & NotifyFilter.MovedTo) != 0 ? renamed == cookie ? NotifyAction.RenamedNewName : NotifyAction.Added
                : NotifyAction.Modified;
            renamed = pairs ? cookie : 0;
            if (_changes.Count >= MaximumChanges)
            {
                _overflowed = true;
                _changes.Clear();
            }
            (NotifyAction, string) change = (action, path.Replace('/', '\\'));
            if (_changes.Count == 0 || _changes[^1] != change)
            {
                _changes.Add(change);
            }
        }
    }

    /// <summary>Gives the first waiting request what is there; null when there is nothing or nobody. Called under the lock.</summary>
    private Action? TakeCompletion()
    {
        while ((_changes.Count != 0 || _overflowed) && _waiting.First is { } node)
        {
            NotifyRequest request = node.Value;
            _waiting.RemoveFirst();
            if (!request.TryClaim())
            {
                continue;
            }
            byte[]? output = _overflowed ? null : Format(request.Length);
            _changes.Clear();
            _overflowed = false;
            return () =>
            {
                bool told = output is not null && request.Reply.Thread.Memory.TryWrite(request.Buffer, output);
                request.Finish(told ? NtStatus.Success : NtStatus.NotifyEnumDir, told ? (ulong)output!.Length : 0);
            };
        }
        return null;
    }

    /// <summary>FILE_NOTIFY_INFORMATION entries; null when they do not fit.</summary>
    private byte[]? Format(uint room)
    {
        int size = 0;
        foreach ((_, string name) in _changes)
        {
            size = ((size + 3) & ~3) + 12 + (name.Length * 2);
        }
        if (size > room)
        {
            return null;
        }
        byte[] output = new byte[size];
        InformationBuffer writer = new(output);
        int last = -1;
        foreach ((NotifyAction action, string name) in _changes)
        {
            int start = (writer.Position + 3) & ~3;
            if (last >= 0)
            {
                BinaryPrimitives.WriteInt32LittleEndian(output.AsSpan(last), start - last);
            }
            writer.Seek(start);
            writer.Add(0u);
            writer.Add((uint)action);
            writer.Add((uint)name.Length * 2);
            writer.Add(name);
            last = start;
        }
        return output;
    }
}
