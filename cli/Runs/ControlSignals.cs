using System.Runtime.InteropServices;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Runs;

/// <summary>Turns the signals that a terminal or a shell sends to pvctl into console control events of the program.</summary>
public static class ControlSignals
{
    /// <summary>Forwards SIGINT, SIGQUIT, SIGTERM and SIGHUP until disposed of; pvctl itself no longer ends by them.</summary>
    public static IDisposable Forward(Action<CtrlKind> receive)
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

        return new Registrations(registrations);
    }

    private sealed class Registrations(List<PosixSignalRegistration> registrations) : IDisposable
    {
        public void Dispose() => registrations.ForEach(r => r.Dispose());
    }
}
