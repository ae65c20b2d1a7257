using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using PortableVirt.Cli.Hosts;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Runs;

/// <summary>
/// Turns the signals that a terminal or a shell sends to pvctl into console control events of the program; Ctrl-Z (SIGTSTP) stops
/// pvctl after the terminal was given back.
/// </summary>
/// <param name="terminal">The terminal of the run.</param>
/// <param name="receive">Takes the events.</param>
public sealed class ControlSignals(TerminalGuard terminal, Action<CtrlKind> receive) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private bool _isOver;

    /// <summary>
    /// Forwards SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP and SIGCONT until disposed of; pvctl itself no longer ends by them. Called once, on any thread: the
    /// runtime starts one for signals, which takes a start 0.1 ms.
    /// </summary>
    public void Forward()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }
            Add(PosixSignal.SIGINT, CtrlKind.C);
            Add(PosixSignal.SIGQUIT, CtrlKind.Break);
            Add(PosixSignal.SIGTERM, CtrlKind.Close);
            Add(PosixSignal.SIGHUP, CtrlKind.Close);
            if (!OperatingSystem.IsWindows())
            {
                AddJobControl();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            _registrations.ForEach(r => r.Dispose());
        }
    }

    private void Add(PosixSignal signal, CtrlKind kind) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            receive(kind);
        }));

    [UnsupportedOSPlatform("windows")]
    private void AddJobControl()
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, context =>
        {
            context.Cancel = true;
            receive(CtrlKind.SuspendTerminal);
            terminal.Restore();
            _ = NativeTerminal.Kill(Environment.ProcessId, NativeTerminal.Stop);
        }));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, context =>
        {
            // The runtime would set the terminal as it was at the process's start.
            context.Cancel = true;
            if (terminal.IsForeground)
            {
                receive(CtrlKind.ResumeTerminal);
            }
        }));
    }
}
