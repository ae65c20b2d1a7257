using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Console;

/// <summary>The terminal's side of the input buffer.</summary>
internal sealed partial class ConsoleInput
{
    private const int ReadSize = 4096;
    private const int PollMilliseconds = 100;
    private const int StackSize = 128 << 10;

    private readonly KeyDecoder _decoder = new();
    private readonly TerminalSettings _settings = new(terminal);
    private readonly ManualResetEventSlim _mayRead = new(true);
    private byte[] _undecoded = [];
    private volatile bool _hasStarted;
    private volatile bool _isDisposed;

    /// <summary>Reads nothing for a while. The terminal's settings are the caller's to put back, who knows when the job stops.</summary>
    public void Suspend() => _mayRead.Reset();

    /// <summary>Takes the terminal over again.</summary>
    public void Resume()
    {
        lock (console.Lock)
        {
            _settings.Reapply();
        }
        _mayRead.Set();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _mayRead.Set();
        lock (console.Lock)
        {
            _settings.Restore();
        }
    }

    private void Start()
    {
        if (_hasStarted || _isDisposed)
        {
            return;
        }
        _hasStarted = true;
        _settings.Start(Mode);
        new Thread(Run, StackSize) { IsBackground = true, Name = "console input" }.Start();
    }

    private void Run()
    {
        byte[] bytes = new byte[ReadSize];
        while (!_isDisposed)
        {
            _mayRead.Wait();
            FollowSize();
            HostPoll poll = new((int)terminal.DangerousGetHandle(), HostPoll.In);
            bool full = IsFull();
            int ready = NativeIo.Poll(ref poll, full ? 0u : 1u, PollMilliseconds);
            if (full || ready <= 0 || !_mayRead.IsSet || _isDisposed)
            {
                continue;
            }
            nint count = NativeIo.Read(terminal, ref bytes[0], ReadSize);
            if (count < 0 && Errno.Last is Errno.EAGAIN or Errno.EINTR)
            {
                continue;
            }
            lock (console.Lock)
            {
                _hasEnded = count <= 0;
                if (count > 0)
                {
                    Decode(bytes.AsSpan(0, (int)count));
                }
            }
            Pump();
            if (_hasEnded)
            {
                return;
            }
        }
    }

    private void Decode(ReadOnlySpan<byte> bytes)
    {
        _decoder.ExpectedReports += console.Screen.Active.Interpreter.Queries;
        console.Screen.Active.Interpreter.Queries = 0;
        byte[] all = [.. _undecoded, .. bytes];
        _undecoded = all[_decoder.Decode(all, _records)..];
    }

    private bool IsFull()
    {
        lock (console.Lock)
        {
            return _records.Count > MaximumRecords / 2;
        }
    }

    /// <summary>The window may have another size now: the program is told when it wants to know.</summary>
    private void FollowSize()
    {
        lock (console.Lock)
        {
            if (!console.Screen.UpdateSize())
            {
                return;
            }
            if ((Mode & ConsoleModes.WindowInput) != 0 && _records.Count < MaximumRecords)
            {
                _records.Enqueue(InputRecord.NewSize(console.Screen.Active.Columns, console.Screen.Active.Rows));
            }
        }
        Pump();
    }
}
