using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Threads;

public sealed partial class NtThread
{
    /// <summary>Queues an APC and wakes the thread when it waits alertably. False when the thread has ended.</summary>
    public bool QueueUserApc(UserApc apc) => throw new NotImplementedException();

    /// <summary>Takes the next APC to deliver; called by the run loop when a call returned STATUS_USER_APC or for special APCs.</summary>
    public bool TryTakeUserApc(out UserApc apc) => throw new NotImplementedException();
}
