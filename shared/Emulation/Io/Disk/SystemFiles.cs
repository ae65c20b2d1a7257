using System.Collections.Concurrent;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>
/// The read-only files of C:\windows\system32: those of the system library folder (for example Debian's libwine, a flat folder)
/// and files that are added one by one and win over it. Thread-safe.
/// </summary>
public sealed class SystemFiles : IDisposable
{
    /// <summary>Programs that must not be seen: Wine starts its debugger on every crash when it finds it.</summary>
    private static readonly string[] Hidden = ["winedbg.exe"];

    private readonly ConcurrentDictionary<string, FileLocation> _added = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _lock = new();
    private HostTree? _library;
    private HostTree? _generated;
    private readonly Dictionary<string, Func<ReadOnlyMemory<byte>>> _promised = new(StringComparer.OrdinalIgnoreCase);
    private Func<string>? _generatedFolder;

    /// <summary>Asked for every file that is not there: the host path of one to show instead, or null. Set before the first process starts.</summary>
    public Func<string, string?>? Absent { get; set; }

    /// <summary>Adds a file, or replaces one of the library folder, by a host file.</summary>
    /// <param name="name">File name in system32, for example "bcryptprimitives.dll".</param>
    /// <param name="hostPath">Absolute path of a readable host file.</param>
    public NtStatus Add(string name, string hostPath)
    {
        string path = HostName.PathFromHost(hostPath);
        (string folder, string leaf) = HostTree.Split(path);
        NtStatus status = HostTree.Create(folder, true, null, out HostTree tree);
        if (status.IsSuccess)
        {
            _added[name] = new FileLocation(tree, leaf, true);
        }
        return status;
    }

    /// <summary>Adds a file, or replaces one of the library folder, by bytes made at run time.</summary>
    public NtStatus Add(string name, ReadOnlySpan<byte> content)
    {
        lock (_lock)
        {
            return Write(name, content);
        }
    }

    /// <summary>Adds a file, or replaces one of the library folder, by bytes that are made when somebody asks for it.</summary>
    public void Promise(string name, Func<ReadOnlyMemory<byte>> content)
    {
        lock (_lock)
        {
            _promised[name] = content;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _library?.Dispose();
        _generated?.Dispose();
    }

    /// <param name="libraryFolder">Host folder of the system library, or null for none.</param>
    /// <param name="generatedFolder">Gives the host folder for files added as bytes, which is made when needed.</param>
    internal NtStatus Start(string? libraryFolder, Func<string> generatedFolder)
    {
        _generatedFolder = generatedFolder;
        return libraryFolder is null ? NtStatus.Success : HostTree.Create(HostName.PathFromHost(libraryFolder), true, null, out _library);
    }

    internal bool TryFind(string name, out FileLocation location)
    {
        if (_added.TryGetValue(name, out location) || (Keep(name) && _added.TryGetValue(name, out location)))
        {
            return true;
        }
        if (_library is not null && !Hidden.Contains(name, StringComparer.OrdinalIgnoreCase) && Find(_library, name, out string spelled))
        {
            location = new FileLocation(_library, spelled, true);
            return true;
        }
        return Absent?.Invoke(name) is { } original && Add(name, original).IsSuccess && _added.TryGetValue(name, out location);
    }

    internal Dictionary<string, FileLocation?> List()
    {
        Dictionary<string, FileLocation?> entries = new(StringComparer.OrdinalIgnoreCase);
        string[] promised;
        lock (_lock)
        {
            promised = [.. _promised.Keys];
        }
        foreach (string name in promised)
        {
            Keep(name);
        }
        foreach ((string name, FileLocation location) in _added)
        {
            entries[name] = location;
        }
        if (_library is not null && _library.TryOpen("", OpenFlags.ReadOnly | OpenFlags.Directory, 0, out var handle))
        {
            using (handle)
            {
                List<string> names = [];
                if (DirectoryReader.Read(handle, names).IsSuccess)
                {
                    foreach (string name in names.Except(Hidden, StringComparer.OrdinalIgnoreCase))
                    {
                        entries.TryAdd(name, new FileLocation(_library, name, true));
                    }
                }
            }
        }
        return entries;
    }

    /// <summary>libwine's files have lower-case names: that spelling saves reading the folder's nine hundred names.</summary>
    private static bool Find(HostTree library, string name, out string spelled)
    {
        spelled = name.ToLowerInvariant();
        return library.HasEntry(spelled) || library.Find(name, out spelled).IsSuccess;
    }

    /// <summary>Writes a promised file. False when there is no such promise, or no room for it.</summary>
    private bool Keep(string name)
    {
        lock (_lock)
        {
            return _promised.TryGetValue(name, out Func<ReadOnlyMemory<byte>>? content) && Write(name, content().Span).IsSuccess && _promised.Remove(name);
        }
    }

    private NtStatus Write(string name, ReadOnlySpan<byte> content)
    {
        try
        {
            string folder = _generatedFolder!();
            Directory.CreateDirectory(folder);
            if (_generated is null)
            {
                NtStatus status = HostTree.Create(HostName.PathFromHost(folder), true, null, out _generated);
                if (!status.IsSuccess)
                {
                    return status;
                }
            }
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Errno.ToNtStatus(Errno.Of(e));
        }
        _generated.NoteAdded(name);
        _added[name] = new FileLocation(_generated, name, true);
        return NtStatus.Success;
    }
}
