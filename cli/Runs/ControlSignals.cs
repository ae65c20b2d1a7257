using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using PortableVirt.Cli.Hosts;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Runs;

/// <summary>
/// Turns the signals that a terminal or a shell sends to pvctl into console control events of the program; Ctrl-Z (SIGTSTP) stops
/// pvctl after the terminal was given back.
/// </summary>
public static class ControlSignals
{
    /// <summary>Forwards SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP and SIGCONT until disposed of; pvctl itself no longer ends by them.</summary>
    /// <param name="terminal">The terminal of the run.</param>
    /// <param name="receive">Takes the events.</param>
    public static IDisposable Forward(TerminalGuard terminal, Action<CtrlKind> receive)
    {
        List<PosixSignalRegistration> registrations = [];
        foreach ((PosixSignal signal, CtrlKind kind) in new[]
        {
            (PosixSignal.SIGINT, CtrlKind.C),
            (PosixSignal.SIGQUIT, CtrlKind.Break),
            (PosixSignal.SIGTERM, CtrlKind.Close),
            (PosixSignal.SIGHUP, CtrlKind.Close),
        })
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                receive(kind);
            }));
        }
        if (!OperatingSystem.IsWindows())
        {
            AddJobControl(registrations, terminal, receive);
        }
        return new Registrations(registrations);
    }

    [UnsupportedOSPlatform("windows")]
    private static void AddJobControl(List<PosixSignalRegistration> registrations, TerminalGuard terminal, Action<CtrlKind> receive)
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, context =>
        {
            context.Cancel = true;
            receive(CtrlKind.SuspendTerminal);
            terminal.Restore();
            _ = NativeTerminal.Kill(Environment.ProcessId, NativeTerminal.Stop);
        }));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, context =>
        {
            // The runtime would set the terminal as it was at the process's start.
            context.Cancel = true;
            if (terminal.IsForeground)
            {
                receive(CtrlKind.ResumeTerminal);
            }
        }));
    }

    private sealed class Registrations(List<PosixSignalRegistration> registrations) : IDisposable
    {
        public void Dispose() => registrations.ForEach(r => r.Dispose());
    }
}
