using System.Diagnostics;
using System.Runtime.InteropServices;
using PortableVirt.Cli.Hosts;

namespace PortableVirt.Cli.Output;

/// <summary>
/// Shows where long work stands, in one line of a terminal's standard error: step, what, bytes, rate. Where standard error is no terminal, or one without
/// cursor control, nothing is shown. The line goes at the end, also when a signal ends this process. For programs it is one JSON document a state, on
/// standard output.
/// </summary>
public sealed class Progress : IDisposable
{
    private const string Erase = "\r\e[K";
    private const int RedrawMilliseconds = 100;

    private readonly int _steps;
    private readonly bool _isShown;
    private readonly bool _isJson;
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = new();
    private ProgressLine _line = new(0, 0, "", 0, 0, TimeSpan.Zero);
    private long _drawn;
    private bool _isEnded;

    /// <summary>Begins work of some steps.</summary>
    /// <param name="steps">How many.</param>
    /// <param name="isJson">True: for programs.</param>
    public Progress(int steps, bool isJson = false)
    {
        _steps = steps;
        _isJson = isJson;
        _isShown = !isJson && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";
        if (_isShown)
        {
            foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
            {
                _signals.Add(PosixSignalRegistration.Create(signal, _ => End()));
            }
        }
    }

    /// <summary>Begins the next step.</summary>
    /// <param name="what">What is done, for people.</param>
    /// <param name="total">Bytes of the step, or 0 when they are not known.</param>
    public void Step(string what, long total = 0)
    {
        lock (_lock)
        {
            _clock.Restart();
            _line = new ProgressLine(_line.Step + 1, _steps, what, 0, total, TimeSpan.Zero);
            Draw();
        }
    }

    /// <summary>Tells what is waited for between steps.</summary>
    public void Wait(string what)
    {
        lock (_lock)
        {
            _line = _line with { What = what, Done = 0, Total = 0 };
            Draw();
        }
    }

    /// <summary>Tells how far the step is.</summary>
    /// <param name="done">Bytes done since its beginning.</param>
    public void At(long done)
    {
        lock (_lock)
        {
            _line = _line with { Done = done, Elapsed = _clock.Elapsed };
            if (Environment.TickCount64 - _drawn >= RedrawMilliseconds)
            {
                Draw();
            }
        }
    }

    /// <summary>Tells that more bytes of the step are done.</summary>
    public void Add(long bytes) => At(_line.Done + bytes);

    /// <summary>Takes the line away; then the work's result may be written.</summary>
    public void Dispose()
    {
        End();
        _signals.ForEach(s => s.Dispose());
    }

    private void Draw()
    {
        _drawn = Environment.TickCount64;
        if (_isShown && !_isEnded)
        {
            Console.Error.Write(Erase + _line.Format(NativeTerminal.Width(2) - 1));
        }
        else if (_isJson && !_isEnded)
        {
            Console.Out.Write(_line.ToJson());
            Console.Out.Flush();
        }
    }

    private void End()
    {
        lock (_lock)
        {
            if (_isShown && !_isEnded && _line.What.Length != 0)
            {
                Console.Error.Write(Erase);
            }
            _isEnded = true;
        }
    }
}
