using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Ui;

/// <summary>The clipboard of one VM: data by format, kept as bytes. Not connected to the host's. Thread-safe.</summary>
public sealed class Clipboard
{
    /// <summary>Most bytes of one format.</summary>
    public const int MaximumLength = 64 << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, byte[]> _formats = [];
    private NtThread? _opener;

    /// <summary>Goes up with every change.</summary>
    public uint SequenceNumber { get; private set; } = 1;

    /// <summary>Number of formats.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _formats.Count;
            }
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
            SequenceNumber++;
        }
    }

    /// <summary>Puts data there.</summary>
    public void Set(uint format, byte[] data)
    {
        lock (_lock)
        {
            _formats[format] = data;
            SequenceNumber++;
        }
    }

    /// <summary>The data of a format, or null.</summary>
    public byte[]? Get(uint format)
    {
        lock (_lock)
        {
            return _formats.GetValueOrDefault(format);
        }
    }
}
