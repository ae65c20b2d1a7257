using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>The system calls on wait completion packets (Windows 8 and later).</summary>
internal static class WaitPacketCalls
{
    [NtSyscall("NtCreateWaitCompletionPacket", Support.Full)]
    internal static NtStatus NtCreateWaitCompletionPacket(NtThread t, GuestPointer handle, uint access, GuestPointer attributes) =>
        NamedObjects.Create(t, handle, access, attributes, new WaitCompletionPacketObject(t.Executive.Dispatcher));

    [NtSyscall("NtAssociateWaitCompletionPacket", Support.Full)]
    internal static NtStatus NtAssociateWaitCompletionPacket(
        NtThread t, Handle packet, Handle port, Handle target, ulong key, ulong value, uint ioStatus, ulong information, GuestPointer alreadySignaled)
    {
        if (!alreadySignaled.IsNull && !t.Memory.CanWrite(alreadySignaled, sizeof(byte)))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(packet, WaitCompletionPacketObject.ModifyState, out WaitCompletionPacketObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = t.Reference(port, IoCompletionObject.ModifyState, out IoCompletionObject completion);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = t.Reference(target, AccessRights.Synchronize, out DispatcherObject waited);
        if (!status.IsSuccess)
        {
            return status;
        }
        CompletionPacket result = new(key, value, new IoStatusBlock64(new NtStatus(ioStatus), information));
        status = found.Associate(completion, waited, result, out bool wasSignaled);
        return !status.IsSuccess || alreadySignaled.IsNull || t.Memory.TryWrite(alreadySignaled, (byte)(wasSignaled ? 1 : 0)) ? status : NtStatus.AccessViolation;
    }

    [NtSyscall("NtCancelWaitCompletionPacket", Support.Full)]
    internal static NtStatus NtCancelWaitCompletionPacket(NtThread t, Handle packet, bool removeSignaledPacket)
    {
        NtStatus status = t.Reference(packet, WaitCompletionPacketObject.ModifyState, out WaitCompletionPacketObject found);
        return status.IsSuccess ? found.Cancel(removeSignaledPacket) : status;
    }
}
