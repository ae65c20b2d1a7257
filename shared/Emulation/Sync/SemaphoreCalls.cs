using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>The system calls on semaphores.</summary>
internal static class SemaphoreCalls
{
    [NtSyscall("NtCreateSemaphore", Support.Full)]
    internal static NtStatus NtCreateSemaphore(NtThread t, GuestPointer handle, uint access, GuestPointer attributes, int initial, int maximum) =>
        maximum <= 0 || initial < 0 || initial > maximum
            ? NtStatus.InvalidParameter
            : NamedObjects.Create(t, handle, access, attributes, new SemaphoreObject(t.Executive.Dispatcher, initial, maximum));

    [NtSyscall("NtOpenSemaphore", Support.Full)]
    internal static NtStatus NtOpenSemaphore(NtThread t, GuestPointer handle, uint access, GuestPointer attributes) =>
        NamedObjects.Open<SemaphoreObject>(t, handle, access, attributes);

    [NtSyscall("NtReleaseSemaphore", Support.Full)]
    internal static NtStatus NtReleaseSemaphore(NtThread t, Handle handle, int count, GuestPointer previousCount)
    {
        if (!QueryBuffer.CanReturn(t, previousCount, sizeof(int)))
        {
            return NtStatus.AccessViolation;
        }
        if (count <= 0)
        {
            return NtStatus.InvalidParameter;
        }
        NtStatus status = t.Reference(handle, SemaphoreObject.ModifyState, out SemaphoreObject value);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = value.Release(count, out int previous);
        if (status.IsSuccess)
        {
            QueryBuffer.ReturnOptional(t, previousCount, previous);
        }
        return status;
    }

    [NtSyscall("NtQuerySemaphore", Support.Full)]
    internal static NtStatus NtQuerySemaphore(NtThread t, Handle handle, uint informationClass, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        if (informationClass != 0)
        {
            return NtStatus.InvalidInfoClass;
        }
        NtStatus status = t.Reference(handle, SemaphoreObject.QueryState, out SemaphoreObject value);
        return status.IsSuccess ? QueryBuffer.Return(t, buffer, length, returnLength, new SemaphoreBasicInformation(value.Count, value.Limit)) : status;
    }
}
