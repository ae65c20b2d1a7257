using System.Text;

namespace PortableVirt.Emulation.Io.Disk.Layers;

/// <summary>
/// Which names of the layer below the program has deleted or renamed: a text file with one path a line, which only grows. A name is on the disk before
/// the file in the layer above goes; a line that a crash cut short is dropped. Thread-safe.
/// </summary>
/// <param name="folder">The private folder that holds the file.</param>
internal sealed class DeletedNames(PrivateFolder folder)
{
    private readonly Lock _lock = new();
    private HashSet<string>? _names;

    /// <summary>Reads the names of a file; none when it does not exist. Throws <see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>.</summary>
    public static IEnumerable<string> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }
        string text = File.ReadAllText(path, Encoding.UTF8);
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>True when a path, or a folder on the way to it, was deleted.</summary>
    public bool Hide(string path)
    {
        lock (_lock)
        {
            HashSet<string> names = Names();
            for (int end = path.Length; names.Count != 0 && end > 0; end = path.LastIndexOf('/', end - 1))
            {
                if (names.Contains(path[..end]))
                {
                    return true;
                }
            }
            return false;
        }
    }

    /// <summary>Notes a path for good.</summary>
    public NtStatus Add(string path)
    {
        lock (_lock)
        {
            if (Names().Contains(path))
            {
                return NtStatus.Success;
            }
            try
            {
                using FileStream file = new(Path.Combine(folder.Base, DataLayout.Deleted), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
                Append(file, path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Host.Errno.ToNtStatus(Host.Errno.Of(e));
            }
            Names().Add(path);
            return NtStatus.Success;
        }
    }

    /// <summary>Ends a line that a crash cut short by an empty one: half a name would hide nothing, or the wrong file.</summary>
    private static void Append(FileStream file, string path)
    {
        long end = file.Length;
        byte[] tail = new byte[Math.Min(end, 4096)];
        while (end > 0)
        {
            long start = Math.Max(0, end - tail.Length);
            file.Position = start;
            file.ReadExactly(tail, 0, (int)(end - start));
            int newline = tail.AsSpan(0, (int)(end - start)).LastIndexOf((byte)'\n');
            end = newline >= 0 ? start + newline + 1 : start;
            if (newline >= 0)
            {
                break;
            }
        }
        file.SetLength(end);
        file.Position = end;
        file.Write(Encoding.UTF8.GetBytes(path + "\n"));
        file.Flush(flushToDisk: true);
    }

    private HashSet<string> Names()
    {
        if (_names is null)
        {
            _names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            if (folder.IsMade)
            {
                _names.UnionWith(Read(Path.Combine(folder.Base, DataLayout.Deleted)));
            }
        }
        return _names;
    }
}
