using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Ui;

/// <summary>Waits that also look at the message queue, which never gets a message in a session without windows.</summary>
internal static class UiWaitCalls
{
    private const uint WaitAll = 1, Alertable = 2;
    private const uint WaitFailed = uint.MaxValue;
    private const uint InfiniteMilliseconds = uint.MaxValue;
    private const uint Synchronize = 0x100000;

    [NtSyscall("NtUserMsgWaitForMultipleObjectsEx", Support.Partial, "messages")]
    internal static uint NtUserMsgWaitForMultipleObjectsEx(NtThread t, uint count, GuestPointer handles, uint milliseconds, uint mask, uint flags)
    {
        if (count >= Dispatcher.MaximumWaitObjects)
        {
            UiResult.Fail(t, UiResult.InvalidParameter);
            return WaitFailed;
        }
        if (!t.Memory.TryReadArray(handles, count, Dispatcher.MaximumWaitObjects, out ulong[] values))
        {
            UiResult.Fail(t, UiResult.NoAccess);
            return WaitFailed;
        }
        DispatcherObject[] objects = new DispatcherObject[Math.Max(1, values.Length)];
        objects[0] = new EventObject(t.Executive.Dispatcher, isNotification: true, isSet: false);
        for (int i = 0; i < values.Length; i++)
        {
            if (!t.Reference(new Handle(values[i]), Synchronize, out objects[i]).IsSuccess)
            {
                UiResult.Fail(t, UiResult.InvalidHandle);
                return WaitFailed;
            }
        }
        NtTimeout timeout = milliseconds == InfiniteMilliseconds ? NtTimeout.Infinite : NtTimeout.FromNt(-(long)milliseconds * TimeSpan.TicksPerMillisecond, t.Executive.Clock);
        return t.Executive.Dispatcher.Wait(t, objects, (flags & WaitAll) != 0 && count != 0, (flags & Alertable) != 0, timeout).Value;
    }
}
