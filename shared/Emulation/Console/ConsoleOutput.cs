using System.Text;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Console;

/// <summary>
/// The terminal's output side. Writes are collected and sent when 4 KiB are there, when the program reads, when it ends, or after
/// 10 ms. Follows the cursor as far as plain text and cursor-position sequences tell. Thread-safe.
/// </summary>
internal sealed class ConsoleOutput : IDisposable
{
    private const int BurstSize = 4096;
    private const int DelayMilliseconds = 10;

    private readonly Lock _lock = new();
    private readonly SafeFileHandle _terminal;
    private readonly Timer _timer;
    private readonly byte[] _buffer = new byte[BurstSize];
    private readonly CursorTracker _cursor = new();
    private int _length;
    private bool _timerRuns;
    private char _pendingHighSurrogate;

    public ConsoleOutput(SafeFileHandle terminal)
    {
        _terminal = terminal;
        _timer = new Timer(_ => Flush());
    }

    /// <summary>Columns and rows of the terminal.</summary>
    public (int Columns, int Rows) Size => TerminalSettings.QuerySize(_terminal);

    /// <summary>Column and row of the cursor as far as known, from 0.</summary>
    public (int Column, int Row) Cursor
    {
        get
        {
            lock (_lock)
            {
                (int columns, int rows) = Size;
                return (Math.Min(_cursor.Column, columns - 1), Math.Min(_cursor.Row, rows - 1));
            }
        }
    }

    /// <summary>Writes UTF-16 text; a high surrogate at its end waits for the next write.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            if (_pendingHighSurrogate != 0 && text.Length != 0)
            {
                string joined = _pendingHighSurrogate + text.ToString();
                _pendingHighSurrogate = default;
                WriteLocked(Encoding.UTF8.GetBytes(joined));
                return;
            }
            if (text.Length != 0 && char.IsHighSurrogate(text[^1]))
            {
                _pendingHighSurrogate = text[^1];
                text = text[..^1];
            }
            Span<byte> bytes = text.Length <= 256 ? stackalloc byte[text.Length * 3] : new byte[text.Length * 3];
            WriteLocked(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
        }
    }

    /// <summary>Writes UTF-8 bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            WriteLocked(bytes);
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

    private void WriteLocked(ReadOnlySpan<byte> bytes)
    {
        (int columns, int rows) = _length == 0 && bytes.Length != 0 ? Size : (_cursor.Columns, _cursor.Rows);
        _cursor.Resize(columns, rows);
        _cursor.Follow(bytes);
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
