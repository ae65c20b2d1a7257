using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Pipes;

/// <summary>A pipe name with its instances; it goes with the last one. Guarded by the device's lock, but for its signal state.</summary>
internal sealed class NamedPipe(string name, PipeSettings settings, Dispatcher dispatcher) : DispatcherObject(ObjectKinds.File)
{
    private bool _hasListener;

    /// <summary>Name below \Device\NamedPipe; empty for an anonymous pipe.</summary>
    public string PipeName { get; } = name;

    /// <summary>Type, direction and limits.</summary>
    public PipeSettings Settings { get; } = settings;

    /// <summary>Instances whose server end is open.</summary>
    public List<PipeInstance> Instances { get; } = [];

    /// <summary>Says whether an instance listens; those who wait for one go on.</summary>
    public void UpdateListener()
    {
        bool listens = Instances.Exists(i => i.State == PipeState.Listening);
        lock (dispatcher.Lock)
        {
            _hasListener = listens;
            if (listens)
            {
                dispatcher.Signal(this);
            }
        }
    }

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread) => _hasListener;
}
