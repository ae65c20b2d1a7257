using PortableVirt.Emulation.Exceptions;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Processes;

/// <summary>Ending processes.</summary>
internal static class ProcessLifeCalls
{
    private const uint ProcessTerminate = 0x1;

    [NtSyscall("NtTerminateProcess", Support.Full)]
    internal static NtStatus NtTerminateProcess(NtThread t, Handle process, uint exitStatus)
    {
        if (process.IsNull)
        {
            t.Process.RequestEndOfOthers(t, new NtStatus(exitStatus));
            return NtStatus.Success;
        }
        NtStatus status = t.Reference(process, ProcessTerminate, out NtProcess target);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (target.HasEnded)
        {
            return NtStatus.ProcessIsTerminating;
        }
        if (target == t.Process && RaisedException.FindReason(t, exitStatus) is { } last)
        {
            // libwine's UnhandledExceptionFilter ends the process with the exception's code when no debugger takes it.
            ExceptionRecord record = last.Record;
            GuestContext context = last.Context;
            target.EndByException(t, ref record, ref context, "the program did not handle it");
            return NtStatus.Success;
        }
        target.RequestEnd(new NtStatus(exitStatus));
        return NtStatus.Success;
    }
}
