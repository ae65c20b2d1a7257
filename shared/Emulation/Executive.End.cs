using PortableVirt.Emulation.Processes;

namespace PortableVirt.Emulation;

/// <summary>Ending the whole VM.</summary>
public sealed partial class Executive
{
    /// <summary>True once every process was told to end: none gets a thread any more. Under the dispatcher's lock.</summary>
    internal bool IsEnding { get; private set; }

    /// <summary>
    /// Tells every process to end, those included that other threads are making: a process that is not seen here has no thread yet, and gets none. Returns at once.
    /// </summary>
    public void RequestEnd(NtStatus exitStatus)
    {
        lock (Dispatcher.Lock)
        {
            IsEnding = true;
        }
        foreach (NtProcess process in ClientIds.Processes())
        {
            process.RequestEnd(exitStatus);
        }
    }
}
