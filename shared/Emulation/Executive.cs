using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation;

/// <summary>
/// The NT executive of one VM: everything that the guest's processes share. Its parts are one folder a subsystem; each part
/// extends this class by a partial file of its own that holds the part's state.
/// </summary>
public sealed partial class Executive
{
    /// <summary>The object namespace.</summary>
    public ObjectNamespace Namespace { get; } = new();

    /// <summary>Waits and wake-ups.</summary>
    public Dispatcher Dispatcher { get; } = new();

    /// <summary>The guest's clock.</summary>
    public SystemClock Clock { get; } = new();

    /// <summary>Process and thread ids.</summary>
    public ClientIdTable ClientIds { get; } = new();
}
