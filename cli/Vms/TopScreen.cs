using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Runs;

namespace PortableVirt.Cli.Vms;

/// <summary>
/// The terminal while "pvctl top" has it: the other screen, no cursor, keys as they come. Everything is as before when it is disposed of, also by a signal.
/// </summary>
internal sealed class TopScreen : IDisposable
{
    private const int StandardInput = 0;
    private const int StandardOutput = 1;
    private const string Enter = "\e[?1049h\e[?25l\e[2J";
    private const string Leave = "\e[?25h\e[?1049l";

    private readonly TerminalGuard _guard = new(StandardInput);

    /// <summary>Not .NET's console, which reads lines and has a terminal state of its own.</summary>
    private readonly FileStream _input = Open(StandardInput, FileAccess.Read);
    private readonly FileStream _output = Open(StandardOutput, FileAccess.Write);
    private readonly CancellationTokenSource _end = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private Action? _resized;

    /// <summary>Takes the terminal.</summary>
    public TopScreen()
    {
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                _end.Cancel();
            }));
        }
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _resized?.Invoke()));
        Write(Enter);
        if (_guard.MakeRaw())
        {
            new Thread(ReadKeys) { IsBackground = true, Name = "keys" }.Start();
        }
    }

    /// <summary>The user wants no more.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>Called from any thread when the terminal has another size.</summary>
    public void OnResize(Action redraw) => _resized = redraw;

    /// <summary>Shows a screen.</summary>
    public void Show(IReadOnlyList<TopRow> rows)
    {
        (int columns, int lines) = NativeTerminal.Size(StandardOutput);
        Write(TopTable.Screen(rows, DateTimeOffset.Now, columns, lines));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _resized = null;
        _signals.ForEach(s => s.Dispose());
        Write(Leave);
        _guard.Dispose();
    }

    private void ReadKeys()
    {
        int key;
        do
        {
            key = _input.ReadByte();
        }
        while (key is not ('q' or 'Q' or -1));
        _end.Cancel();
    }

    private void Write(string text)
    {
        lock (_output)
        {
            _output.Write(Encoding.UTF8.GetBytes(text));
        }
    }

    private static FileStream Open(int descriptor, FileAccess access) => new(new SafeFileHandle(descriptor, ownsHandle: false), access, 0);
}
