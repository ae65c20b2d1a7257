using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace PortableVirt.Dispatch.Hosting;

/// <summary>The daemon's life by signals: SIGTERM ends the daemon and leaves the VMs for the next one, SIGINT and SIGQUIT end the VMs too.</summary>
internal sealed class SignalLifetime(IHostApplicationLifetime application) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>True once a signal asked for the VMs' end.</summary>
    public bool EndsVms { get; private set; }

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, Stop));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _registrations.ForEach(r => r.Dispose());

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        EndsVms |= context.Signal != PosixSignal.SIGTERM;
        application.StopApplication();
    }
}
