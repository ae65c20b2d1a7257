using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Processes;

public sealed partial class NtProcess
{
    /// <summary>Limits all threads to processors; what threads had chosen themselves is overruled, as on NT.</summary>
    internal void SetAffinity(ulong mask)
    {
        AffinityMask = mask;
        ForEachThread(static thread =>
        {
            thread.AffinityMask = null;
            thread.ApplyAffinity();
        });
    }

    /// <summary>Does something to every living thread, outside the dispatcher lock.</summary>
    internal void ForEachThread(Action<NtThread> action)
    {
        List<NtThread> threads;
        lock (Executive.Dispatcher.Lock)
        {
            threads = [.. Threads];
        }
        threads.ForEach(action);
    }
}
