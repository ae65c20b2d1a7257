using System.Runtime.InteropServices;
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
        Console.Out.Write(Enter);
        Console.Out.Flush();
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
        lock (_end)
        {
            Console.Out.Write(TopTable.Screen(rows, DateTimeOffset.Now, columns, lines));
            Console.Out.Flush();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _resized = null;
        _signals.ForEach(s => s.Dispose());
        lock (_end)
        {
            Console.Out.Write(Leave);
            Console.Out.Flush();
        }
        _guard.Dispose();
    }

    private void ReadKeys()
    {
        using Stream input = Console.OpenStandardInput();
        int key;
        do
        {
            key = input.ReadByte();
        }
        while (key is not ('q' or 'Q' or -1));
        _end.Cancel();
    }
}
