using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Console;

/// <summary>Waits for a terminal in a thread's park, so that cancellation and termination end it.</summary>
internal static class TerminalWait
{
    /// <summary>STATUS_SUCCESS when there is something to read; STATUS_CANCELLED or STATUS_THREAD_IS_TERMINATING otherwise.</summary>
    public static NtStatus UntilReadable(NtThread thread, SafeFileHandle terminal)
    {
        thread.SynchronousIoCancelled = false;
        thread.WaitsForDescriptor = true;
        try
        {
            while (true)
            {
                if (thread.IsTerminating)
                {
                    return NtStatus.ThreadIsTerminating;
                }
                if (thread.SynchronousIoCancelled)
                {
                    return NtStatus.Cancelled;
                }
                if (thread.Park.WaitDescriptor((int)terminal.DangerousGetHandle(), HostPoll.In, long.MaxValue) != 0)
                {
                    return NtStatus.Success;
                }
            }
        }
        finally
        {
            thread.WaitsForDescriptor = false;
        }
    }
}
