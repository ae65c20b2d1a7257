using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io;

/// <summary>Where the result of an I/O call goes: status block, event or file object, APC, completion port.</summary>
/// <param name="Thread">The caller.</param>
/// <param name="File">The file object.</param>
/// <param name="Event">Event to signal, or null.</param>
/// <param name="ApcRoutine">APC routine, or 0.</param>
/// <param name="ApcContext">Argument of the APC, or the value of the completion packet (0: no packet).</param>
/// <param name="IoStatus">Guest address of the IO_STATUS_BLOCK; null in libwine's LockFileEx.</param>
public readonly record struct IoReply(NtThread Thread, FileObject File, EventObject? Event, ulong ApcRoutine, ulong ApcContext, GuestPointer IoStatus)
{
    /// <summary>Which counters of the process the call counts in.</summary>
    public IoOperation Operation { get; init; }

    /// <summary>Checks the event handle of a call. STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED.</summary>
    public static NtStatus Create(NtThread thread, FileObject file, Handle @event, GuestPointer apcRoutine, ulong apcContext, GuestPointer ioStatus, out IoReply reply)
    {
        EventObject? signal = null;
        reply = default;
        if (!@event.IsNull)
        {
            NtStatus status = thread.Reference(@event, EventObject.ModifyState, out EventObject found);
            if (!status.IsSuccess)
            {
                return status;
            }
            signal = found;
        }
        if (!apcRoutine.IsNull && file.Port is not null)
        {
            return NtStatus.InvalidParameter;
        }
        reply = new IoReply(thread, file, signal, apcRoutine.Address, apcContext, ioStatus);
        return NtStatus.Success;
    }

    /// <summary>
    /// Ends a call that did not have to wait and gives the status to return. An error leaves everything but the status block of
    /// a synchronous file alone, as on NT.
    /// </summary>
    public NtStatus Complete(NtStatus status, ulong information)
    {
        if (status.IsError)
        {
            if (File.IsSynchronous || status == NtStatus.EndOfFile)
            {
                Thread.Memory.TryWrite(IoStatus, new IoStatusBlock64(status, information));
            }
            Event?.Reset();
            return status;
        }
        Thread.Process.Io.Count(Operation, information);
        if (!IoStatus.IsNull && !Thread.Memory.TryWrite(IoStatus, new IoStatusBlock64(status, information)))
        {
            return NtStatus.AccessViolation;
        }
        Event?.Set();
        if (ApcRoutine != 0)
        {
            Thread.QueueUserApc(new UserApc(ApcRoutine, ApcContext, IoStatus.Address, 0));
        }
        else if (ApcContext != 0 && File.Port is { } binding && !File.SkipsPortOnSuccess)
        {
            binding.Port.Post(binding.Key, ApcContext, status, information);
        }
        return status;
    }

    /// <summary>Ends a call that returned STATUS_PENDING; called from any host thread, with no lock that waits hold.</summary>
    public void CompleteLater(NtStatus status, ulong information)
    {
        if (!status.IsError)
        {
            Thread.Process.Io.Count(Operation, information);
        }
        Thread.Memory.TryWrite(IoStatus, new IoStatusBlock64(status, information));
        if (Event is not null)
        {
            Event.Set();
        }
        if (Event is null || File.IsSynchronous)
        {
            File.SetSignaled(true);
        }
        if (ApcRoutine != 0)
        {
            Thread.QueueUserApc(new UserApc(ApcRoutine, ApcContext, IoStatus.Address, 0));
        }
        else if (ApcContext != 0 && File.Port is { } binding)
        {
            binding.Port.Post(binding.Key, ApcContext, status, information);
        }
    }
}
