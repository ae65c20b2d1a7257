using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Threads;

public sealed partial class NtThread
{
    /// <summary>Scratch list for scatter-gather transfers of this thread.</summary>
    internal List<GuestSegment> IoSegments { get; } = new(16);

    /// <summary>The request that a synchronous call of this thread waits for, or null.</summary>
    internal volatile IoRequest? SynchronousRequest;

    /// <summary>Set by NtCancelSynchronousIoFile while the thread waits for a host descriptor; cleared by the waiting call.</summary>
    internal volatile bool SynchronousIoCancelled;

    /// <summary>The thread waits for a host descriptor in a synchronous call.</summary>
    internal volatile bool WaitsForDescriptor;
}
