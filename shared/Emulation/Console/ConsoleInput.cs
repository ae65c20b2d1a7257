using System.Text;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Console;

/// <summary>
/// The terminal's input side: lines or single characters for reads, key events for programs that want them. It is signaled while
/// there is input; the first wait on it starts a host thread that watches the terminal.
/// </summary>
internal sealed class ConsoleInput(SafeFileHandle terminal, Executive executive) : DispatcherObject(ObjectKinds.File), IDisposable
{
    private const int ReadSize = 4096;
    private const int MaximumRecords = 1 << 16;

    private readonly Lock _lock = new();
    private readonly Queue<InputRecord> _records = new();
    private readonly KeyDecoder _decoder = new();
    private readonly StringBuilder _text = new();
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private readonly AutoResetEvent _consumed = new(false);
    private byte[] _undecoded = [];
    private bool _isReady;
    private Thread? _watcher;
    private volatile bool _isDisposed;

    /// <summary>The line discipline.</summary>
    public TerminalSettings Settings { get; } = new(terminal);

    /// <summary>Console input mode.</summary>
    public uint Mode { get; private set; } = ConsoleModes.DefaultInput;

    /// <summary>Sets the mode and the terminal with it.</summary>
    public void SetMode(uint mode)
    {
        lock (_lock)
        {
            Mode = mode;
            _decoder.PassSequences = (mode & ConsoleModes.VirtualTerminalInput) != 0;
            Settings.Apply(mode);
        }
    }

    /// <summary>Number of key events that are there now.</summary>
    public int CountRecords()
    {
        lock (_lock)
        {
            FillRecords();
            return _records.Count;
        }
    }

    /// <summary>
    /// Reads characters: a line (ended by CR LF) with line input, else what is there, at least one character. Waits for them;
    /// 0 characters mean the end of input.
    /// </summary>
    public NtStatus ReadText(NtThread thread, int maximum, out string text)
    {
        text = "";
        while (maximum > 0)
        {
            lock (_lock)
            {
                if (_text.Length == 0)
                {
                    TakeKeyCharacters();
                }
                if (_text.Length != 0)
                {
                    int count = Math.Min(maximum, _text.Length);
                    text = _text.ToString(0, count);
                    _text.Remove(0, count);
                    UpdateReady();
                    return NtStatus.Success;
                }
                if (IsReadable())
                {
                    if (!ReadTerminalText())
                    {
                        return NtStatus.Success;
                    }
                    continue;
                }
            }
            NtStatus waited = TerminalWait.UntilReadable(thread, terminal);
            if (!waited.IsSuccess)
            {
                return waited;
            }
        }
        return NtStatus.Success;
    }

    /// <summary>Takes (or looks at) key events; waits for the first one when asked.</summary>
    public NtStatus ReadRecords(NtThread thread, int maximum, bool take, bool wait, out InputRecord[] records)
    {
        while (true)
        {
            lock (_lock)
            {
                FillRecords();
                if (_records.Count != 0 || !wait)
                {
                    records = [.. _records.Take(maximum)];
                    for (int i = 0; take && i < records.Length; i++)
                    {
                        _records.Dequeue();
                    }
                    UpdateReady();
                    return NtStatus.Success;
                }
            }
            NtStatus waited = TerminalWait.UntilReadable(thread, terminal);
            if (!waited.IsSuccess)
            {
                records = [];
                return waited;
            }
        }
    }

    /// <summary>Puts key events into the queue (WriteConsoleInput).</summary>
    public void AddRecords(ReadOnlySpan<InputRecord> records)
    {
        lock (_lock)
        {
            foreach (InputRecord record in records)
            {
                if (_records.Count < MaximumRecords)
                {
                    _records.Enqueue(record);
                }
            }
            UpdateReady();
        }
    }

    /// <summary>Drops everything that is there.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            FillRecords();
            _records.Clear();
            _text.Clear();
            UpdateReady();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _consumed.Set();
        Settings.Restore();
    }

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread)
    {
        if (_watcher is null && !_isDisposed)
        {
            _watcher = new Thread(Watch, 128 << 10) { IsBackground = true, Name = "console input" };
            _watcher.Start();
        }
        return _isReady;
    }

    private bool IsReadable()
    {
        HostPoll poll = new((int)terminal.DangerousGetHandle(), HostPoll.In);
        return NativeIo.Poll(ref poll, 1, 0) > 0;
    }

    /// <summary>Reads what the terminal has into the text; false at the end of input.</summary>
    private bool ReadTerminalText()
    {
        byte[] bytes = new byte[ReadSize];
        nint count = NativeIo.Read(terminal, ref bytes[0], ReadSize);
        if (count <= 0)
        {
            return count < 0 && Errno.Last is Errno.EAGAIN or Errno.EINTR;
        }
        char[] chars = new char[ReadSize];
        int length = _utf8.GetChars(bytes.AsSpan(0, (int)count), chars, false);
        _text.Append((Mode & ConsoleModes.LineInput) != 0 ? new string(chars, 0, length).Replace("\n", "\r\n", StringComparison.Ordinal) : new string(chars, 0, length));
        return true;
    }

    private void FillRecords()
    {
        while (_records.Count < MaximumRecords && IsReadable())
        {
            byte[] bytes = new byte[_undecoded.Length + ReadSize];
            _undecoded.CopyTo(bytes, 0);
            nint count = NativeIo.Read(terminal, ref bytes[_undecoded.Length], ReadSize);
            if (count <= 0)
            {
                break;
            }
            ReadOnlySpan<byte> all = bytes.AsSpan(0, _undecoded.Length + (int)count);
            _undecoded = all[_decoder.Decode(all, _records)..].ToArray();
        }
        UpdateReady();
    }

    /// <summary>Characters of key events that were queued but not read as such.</summary>
    private void TakeKeyCharacters()
    {
        while (_records.TryDequeue(out InputRecord record))
        {
            if (record is { EventType: InputRecord.KeyEvent, KeyDown: not 0, Character: not 0 })
            {
                _text.Append((char)record.Character);
                if (record.Character == '\r' && (Mode & ConsoleModes.LineInput) != 0)
                {
                    _text.Append('\n');
                    break;
                }
            }
        }
    }

    private void UpdateReady()
    {
        bool ready = _records.Count != 0 || _text.Length != 0 || IsReadable();
        lock (executive.Dispatcher.Lock)
        {
            _isReady = ready;
            if (ready)
            {
                executive.Dispatcher.Signal(this);
            }
        }
        if (!ready)
        {
            _consumed.Set();
        }
    }

    private void Watch()
    {
        while (!_isDisposed)
        {
            HostPoll poll = new((int)terminal.DangerousGetHandle(), HostPoll.In);
            if (NativeIo.Poll(ref poll, 1, 250) <= 0)
            {
                continue;
            }
            _consumed.Reset();
            lock (_lock)
            {
                UpdateReady();
            }
            _consumed.WaitOne(250);
        }
    }
}
