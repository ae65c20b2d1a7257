using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>The system calls on completion ports.</summary>
internal static class IoCompletionCalls
{
    private const int PacketSize = 32;
    private const uint MaximumBatch = 4096;

    [NtSyscall("NtCreateIoCompletion", Support.Full)]
    internal static NtStatus NtCreateIoCompletion(NtThread t, GuestPointer handle, uint access, GuestPointer attributes, uint concurrency) =>
        NamedObjects.Create(t, handle, access, attributes, new IoCompletionObject(t.Executive.Dispatcher, concurrency));

    [NtSyscall("NtOpenIoCompletion", Support.Full)]
    internal static NtStatus NtOpenIoCompletion(NtThread t, GuestPointer handle, uint access, GuestPointer attributes) =>
        NamedObjects.Open<IoCompletionObject>(t, handle, access, attributes);

    [NtSyscall("NtSetIoCompletion", Support.Full)]
    internal static NtStatus NtSetIoCompletion(NtThread t, Handle handle, ulong key, ulong value, uint status, ulong information)
    {
        NtStatus result = t.Reference(handle, IoCompletionObject.ModifyState, out IoCompletionObject port);
        return result.IsSuccess ? port.Post(key, value, new NtStatus(status), information) : result;
    }

    [NtSyscall("NtRemoveIoCompletion", Support.Full)]
    internal static NtStatus NtRemoveIoCompletion(NtThread t, Handle handle, GuestPointer key, GuestPointer value, GuestPointer ioStatus, GuestPointer timeout)
    {
        if (!NtTimeout.TryRead(t, timeout, out NtTimeout limit)
            || !t.Memory.CanWrite(key, sizeof(ulong)) || !t.Memory.CanWrite(value, sizeof(ulong)) || !t.Memory.CanWrite(ioStatus, 2 * sizeof(ulong)))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(handle, IoCompletionObject.ModifyState, out IoCompletionObject port);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = t.Executive.Dispatcher.Wait(t, port.Removal, false, limit);
        if (status != NtStatus.Success)
        {
            return status;
        }
        CompletionPacket packet = t.TakenPacket;
        return t.Memory.TryWrite(key, packet.Key) && t.Memory.TryWrite(value, packet.Value) && t.Memory.TryWrite(ioStatus, packet.IoStatus)
            ? NtStatus.Success
            : NtStatus.AccessViolation;
    }

    [NtSyscall("NtRemoveIoCompletionEx", Support.Full)]
    internal static NtStatus NtRemoveIoCompletionEx(NtThread t, Handle handle, GuestPointer packets, uint count, GuestPointer removed, GuestPointer timeout, bool alertable)
    {
        if (count == 0)
        {
            return NtStatus.InvalidParameter;
        }
        count = Math.Min(count, MaximumBatch);
        if (!NtTimeout.TryRead(t, timeout, out NtTimeout limit) || !t.Memory.CanWrite(packets, count * PacketSize) || !t.Memory.CanWrite(removed, sizeof(uint)))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(handle, IoCompletionObject.ModifyState, out IoCompletionObject port);
        if (!status.IsSuccess)
        {
            return status;
        }
        uint taken = 0;
        status = t.Executive.Dispatcher.Wait(t, port.Removal, alertable, limit);
        if (status == NtStatus.Success)
        {
            CompletionPacket packet = t.TakenPacket;
            do
            {
                if (!t.Memory.TryWrite(packets + (taken * PacketSize), packet))
                {
                    return NtStatus.AccessViolation;
                }
            }
            while (++taken < count && port.TryTake(out packet));
        }
        return t.Memory.TryWrite(removed, taken) ? status : NtStatus.AccessViolation;
    }

    [NtSyscall("NtQueryIoCompletion", Support.Full)]
    internal static NtStatus NtQueryIoCompletion(NtThread t, Handle handle, uint informationClass, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        if (informationClass != 0)
        {
            return NtStatus.InvalidInfoClass;
        }
        NtStatus status = t.Reference(handle, IoCompletionObject.QueryState, out IoCompletionObject port);
        return status.IsSuccess ? QueryBuffer.Return(t, buffer, length, returnLength, port.Depth) : status;
    }
}
