using PortableVirt.Emulation.Objects;

namespace PortableVirt.Emulation.Sync;

/// <summary>A keyed event: threads meet at a key, one that waits and one that releases; both block until the other is there.</summary>
public sealed class KeyedEventObject() : KernelObject(ObjectKinds.KeyedEvent)
{
    /// <summary>KEYEDEVENT_WAIT.</summary>
    public const uint WaitAccess = 1;

    /// <summary>KEYEDEVENT_WAKE.</summary>
    public const uint WakeAccess = 2;
}
