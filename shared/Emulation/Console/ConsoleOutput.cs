using System.Text;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Console;

/// <summary>
/// The way to the terminal. Writes are collected and sent when 4 KiB are there, when the program reads, when it ends, or after
/// 10 ms. Thread-safe.
/// </summary>
internal sealed class ConsoleOutput : IDisposable
{
    private const int BurstSize = 4096;
    private const int DelayMilliseconds = 10;

    private readonly Lock _lock = new();
    private readonly SafeFileHandle _terminal;
    private readonly Timer _timer;
    private readonly byte[] _buffer = new byte[BurstSize];
    private int _length;
    private bool _timerRuns;

    public ConsoleOutput(SafeFileHandle terminal)
    {
        _terminal = terminal;
        _timer = new Timer(_ => Flush());
    }

    /// <summary>Columns and rows of the terminal now.</summary>
    public (int Columns, int Rows) QuerySize() => TerminalSettings.QuerySize(_terminal);

    /// <summary>Writes text as UTF-8.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = text.Length <= 256 ? stackalloc byte[text.Length * 3] : new byte[text.Length * 3];
        Write(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    /// <summary>Writes bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            while (bytes.Length != 0)
            {
                int count = Math.Min(bytes.Length, BurstSize - _length);
                bytes[..count].CopyTo(_buffer.AsSpan(_length));
                _length += count;
                bytes = bytes[count..];
                if (_length == BurstSize)
                {
                    FlushLocked();
                }
            }
            if (_length != 0 && !_timerRuns)
            {
                _timerRuns = true;
                _timer.Change(DelayMilliseconds, Timeout.Infinite);
            }
        }
    }

    /// <summary>Sends what was collected.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            FlushLocked();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        _timer.Dispose();
    }

    private void FlushLocked()
    {
        _timerRuns = false;
        for (int sent = 0; sent < _length;)
        {
            nint count = NativeIo.Write(_terminal, in _buffer[sent], _length - sent);
            if (count >= 0)
            {
                sent += (int)count;
                continue;
            }
            if (Errno.Last == Errno.EAGAIN)
            {
                HostPoll poll = new((int)_terminal.DangerousGetHandle(), HostPoll.Out);
                _ = NativeIo.Poll(ref poll, 1, 100);
            }
            else if (Errno.Last != Errno.EINTR)
            {
                break;
            }
        }
        _length = 0;
    }
}
