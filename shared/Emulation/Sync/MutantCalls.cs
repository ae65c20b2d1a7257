using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>The system calls on mutants.</summary>
internal static class MutantCalls
{
    private const uint BasicInformation = 0;
    private const uint OwnerInformation = 1;

    [NtSyscall("NtCreateMutant", Support.Full)]
    internal static NtStatus NtCreateMutant(NtThread t, GuestPointer handle, uint access, GuestPointer attributes, bool initialOwner)
    {
        MutantObject mutant = new(t.Executive.Dispatcher);
        if (initialOwner)
        {
            mutant.TakeInitially(t);
        }
        NtStatus status = NamedObjects.Create(t, handle, access, attributes, mutant);
        if (initialOwner && status != NtStatus.Success)
        {
            mutant.Release(t, out _);
        }
        return status;
    }

    [NtSyscall("NtOpenMutant", Support.Full)]
    internal static NtStatus NtOpenMutant(NtThread t, GuestPointer handle, uint access, GuestPointer attributes) =>
        NamedObjects.Open<MutantObject>(t, handle, access, attributes);

    [NtSyscall("NtReleaseMutant", Support.Full)]
    internal static NtStatus NtReleaseMutant(NtThread t, Handle handle, GuestPointer previousCount)
    {
        if (!QueryBuffer.CanReturn(t, previousCount, sizeof(int)))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(handle, 0, out MutantObject mutant);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = mutant.Release(t, out int previous);
        if (status.IsSuccess)
        {
            QueryBuffer.ReturnOptional(t, previousCount, previous);
        }
        return status;
    }

    [NtSyscall("NtQueryMutant", Support.Full)]
    internal static NtStatus NtQueryMutant(NtThread t, Handle handle, uint informationClass, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        if (informationClass > OwnerInformation)
        {
            return NtStatus.InvalidInfoClass;
        }
        NtStatus status = t.Reference(handle, MutantObject.QueryState, out MutantObject mutant);
        if (!status.IsSuccess)
        {
            return status;
        }
        NtThread? owner;
        int count;
        bool abandoned;
        lock (t.Executive.Dispatcher.Lock)
        {
            (owner, count, abandoned) = (mutant.Owner, mutant.CurrentCount, mutant.IsAbandoned);
        }
        if (informationClass == BasicInformation)
        {
            byte owned = owner == t ? (byte)1 : (byte)0;
            return QueryBuffer.Return(t, buffer, length, returnLength, new MutantBasicInformation(count, owned, abandoned ? (byte)1 : (byte)0, 0));
        }
        ClientId64 id = owner is null ? default : new ClientId64(owner.Process.ProcessId, owner.ThreadId);
        return QueryBuffer.Return(t, buffer, length, returnLength, id);
    }
}
