using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Terminal.Tests.Pty;

/// <summary>A program on a pseudo-terminal of its own: types for it and reads what it shows.</summary>
public sealed class TerminalSession : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(40);
    private readonly SafeFileHandle _master;
    private readonly FileStream _stream;
    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly StringBuilder _shown = new();
    private int _seen;

    private TerminalSession(SafeFileHandle master, Process process)
    {
        (_master, _process) = (master, process);
        _stream = new FileStream(master, FileAccess.ReadWrite, 0);
        new Thread(ReadAll) { IsBackground = true, Name = "terminal" }.Start();
    }

    /// <summary>Everything that was shown so far.</summary>
    public string Shown
    {
        get
        {
            lock (_lock)
            {
                return _shown.ToString();
            }
        }
    }

    /// <summary>The terminal collects lines itself (ICANON), as it does while nobody has taken it over.</summary>
    public bool IsCooked
    {
        get
        {
            byte[] attributes = new byte[60];
            _ = NativePty.Ioctl(_master, NativePty.GetAttributes, ref attributes[0]);
            return (BitConverter.ToUInt32(attributes, 12) & 2) != 0;
        }
    }

    /// <summary>Id of the process group's leader: setsid, which waits for the program.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts a command line of the shell in a session whose terminal is a new one of 80 by 24.</summary>
    public static TerminalSession Start(string command, string workingFolder, IReadOnlyDictionary<string, string?>? environment = null)
    {
        SafeFileHandle master = NativePty.Open("/dev/ptmx", NativePty.ReadWriteNoTerminal);
        byte[] number = new byte[4];
        Assert.True(!master.IsInvalid && NativePty.Ioctl(master, NativePty.GetNumber, ref number[0]) == 0, "no pseudo-terminal can be made");
        byte[] unlock = new byte[4];
        _ = NativePty.Ioctl(master, NativePty.SetLock, ref unlock[0]);
        ProcessStartInfo start = new("sh", ["-c", $"exec setsid -c -w sh -c \"$0\" </dev/pts/{BitConverter.ToInt32(number)} >&0 2>&0", command])
        {
            WorkingDirectory = workingFolder,
        };
        start.Environment["TERM"] = "xterm-256color";
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }
        start.ArgumentList[1] = start.ArgumentList[1].Replace("</dev", "<>/dev", StringComparison.Ordinal);
        SetSize(master, 80, 24);
        return new TerminalSession(master, Process.Start(start)!);
    }

    /// <summary>Types text.</summary>
    public void Type(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int sent = 0; sent < bytes.Length; sent += 256)
        {
            _stream.Write(bytes, sent, Math.Min(256, bytes.Length - sent));
        }
    }

    /// <summary>Waits until some text is shown, after what was found before; fails the test when it does not come.</summary>
    public void Expect(string text)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed < _patience)
        {
            lock (_lock)
            {
                int found = _shown.ToString(_seen, _shown.Length - _seen).IndexOf(text, StringComparison.Ordinal);
                if (found >= 0)
                {
                    _seen += found + text.Length;
                    return;
                }
            }
            Thread.Sleep(20);
        }
        Assert.Fail($"'{text}' was not shown; what was:\n{Shown[_seen..]}");
    }

    /// <summary>Waits until a condition holds.</summary>
    public static void Until(Func<bool> condition, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < _patience, what);
            Thread.Sleep(20);
        }
    }

    /// <summary>Gives the window another size; the foreground job gets SIGWINCH.</summary>
    public void Resize(int columns, int rows) => SetSize(_master, columns, rows);

    /// <summary>Waits for the end and gives the exit code.</summary>
    public int ExitCode()
    {
        Assert.True(_process.WaitForExit(_patience), $"the program did not end; it showed:\n{Shown}");
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        _process.Dispose();
        _stream.Dispose();
    }

    private static void SetSize(SafeFileHandle terminal, int columns, int rows)
    {
        byte[] size = [(byte)rows, 0, (byte)columns, 0, 0, 0, 0, 0];
        _ = NativePty.Ioctl(terminal, NativePty.SetWindowSize, ref size[0]);
    }

    private void ReadAll()
    {
        byte[] bytes = new byte[4096];
        char[] chars = new char[8192];
        Decoder decoder = Encoding.UTF8.GetDecoder();
        try
        {
            for (int count = _stream.Read(bytes); count > 0; count = _stream.Read(bytes))
            {
                int length = decoder.GetChars(bytes, 0, count, chars, 0);
                lock (_lock)
                {
                    _shown.Append(chars, 0, length);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // EIO: the last process has closed the terminal.
        }
    }
}
