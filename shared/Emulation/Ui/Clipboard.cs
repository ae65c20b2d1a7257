using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Ui;

/// <summary>
/// The clipboard of one VM: data by format, kept as bytes, and shared with the user's other programs through a file where there is one. Thread-safe.
/// </summary>
public sealed class Clipboard
{
    /// <summary>Most bytes of one format.</summary>
    public const int MaximumLength = 64 << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, byte[]> _formats = [];
    private readonly AtomTable _atoms;
    private NtThread? _opener;
    private ClipboardFile? _file;
    private uint _sequenceNumber = 1;
    private bool _changed;

    /// <param name="atoms">Names of the registered formats.</param>
    internal Clipboard(AtomTable atoms) => _atoms = atoms;

    /// <summary>Makes the folder of the file that is shared with other programs, before this process is limited to some folders.</summary>
    /// <returns>The folder; null where nothing is shared.</returns>
    public string? PrepareFolder() => _file?.MakeFolder();

    /// <summary>Goes up with every change.</summary>
    public uint SequenceNumber
    {
        get
        {
            lock (_lock)
            {
                Refresh();
                return _sequenceNumber;
            }
        }
    }

    /// <summary>Number of formats.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                Refresh();
                return _formats.Count;
            }
        }
    }

    /// <summary>Shares it through a file from now on, or through none.</summary>
    public void Share(ClipboardFile? file)
    {
        lock (_lock)
        {
            _file = file;
        }
    }

    /// <summary>Opens it for a thread; false while a thread of another window has it open.</summary>
    public bool Open(NtThread thread)
    {
        lock (_lock)
        {
            if (_opener is not null && _opener != thread && !_opener.HasEnded)
            {
                return false;
            }
            Refresh();
            _opener = thread;
            return true;
        }
    }

    /// <summary>Closes it; false when the thread does not have it open.</summary>
    public bool Close(NtThread thread)
    {
        lock (_lock)
        {
            bool isOpener = _opener == thread;
            if (isOpener && _changed)
            {
                _changed = false;
                _file?.TryWrite(new ClipboardContent(_sequenceNumber, [.. _formats.Select(f => (f.Key, NameOf(f.Key), f.Value))]));
            }
            _opener = isOpener ? null : _opener;
            return isOpener;
        }
    }

    /// <summary>True when the thread has it open.</summary>
    public bool IsOpenFor(NtThread thread)
    {
        lock (_lock)
        {
            return _opener == thread;
        }
    }

    /// <summary>Removes everything.</summary>
    public void Empty()
    {
        lock (_lock)
        {
            _formats.Clear();
            _sequenceNumber++;
            _changed = true;
        }
    }

    /// <summary>Puts data there.</summary>
    public void Set(uint format, byte[] data)
    {
        lock (_lock)
        {
            _formats[format] = data;
            _sequenceNumber++;
            _changed = true;
        }
    }

    /// <summary>The data of a format, or null.</summary>
    public byte[]? Get(uint format)
    {
        lock (_lock)
        {
            Refresh();
            return _formats.GetValueOrDefault(format);
        }
    }

    private string NameOf(uint format) => format >= AtomTable.FirstNamed && _atoms.TryGet((ushort)format, out string name, out _) ? name : "";

    private void Refresh()
    {
        if (_opener is { HasEnded: false } || _file is null || !_file.TryReadChange(out ClipboardContent? content))
        {
            return;
        }
        _formats.Clear();
        foreach ((uint format, string name, byte[] data) in content!.Formats)
        {
            if (format < AtomTable.FirstNamed)
            {
                _formats[format] = data;
            }
            else if (name.Length != 0 && _atoms.TryAdd(name, out ushort atom))
            {
                _formats[atom] = data;
            }
        }
        _sequenceNumber = Math.Max(_sequenceNumber + 1, content.SequenceNumber);
    }
}
