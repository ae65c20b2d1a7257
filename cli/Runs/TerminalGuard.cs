using PortableVirt.Cli.Hosts;

namespace PortableVirt.Cli.Runs;

/// <summary>
/// Remembers how the terminal was when the run began and puts it back at the end, whatever became of the VM, and while the job
/// is stopped.
/// </summary>
public sealed class TerminalGuard : IDisposable
{
    private const int AttributesSize = 60;
    private readonly int _descriptor = -1;
    private readonly byte[] _attributes = new byte[AttributesSize];

    /// <summary>Looks for a terminal among the run's standard descriptors.</summary>
    public TerminalGuard(params ReadOnlySpan<int> descriptors)
    {
        foreach (int descriptor in descriptors)
        {
            if (descriptor >= 0 && NativeTerminal.Ioctl(descriptor, NativeTerminal.GetAttributes, ref _attributes[0]) == 0)
            {
                _descriptor = descriptor;
                return;
            }
        }
    }

    /// <summary>This process may change the terminal without being stopped for it.</summary>
    public bool IsForeground => _descriptor >= 0 && NativeTerminal.GetForegroundGroup(_descriptor) == NativeTerminal.GetGroup();

    /// <summary>Puts the terminal back.</summary>
    public void Restore()
    {
        byte[] now = new byte[AttributesSize];
        if (IsForeground && NativeTerminal.Ioctl(_descriptor, NativeTerminal.GetAttributes, ref now[0]) == 0 && !now.AsSpan().SequenceEqual(_attributes))
        {
            _ = NativeTerminal.Ioctl(_descriptor, NativeTerminal.SetAttributes, ref _attributes[0]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Restore();
}
