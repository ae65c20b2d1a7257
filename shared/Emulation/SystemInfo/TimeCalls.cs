using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>System calls on clocks.</summary>
internal static class TimeCalls
{
    /// <summary>Ticks a second of the performance counter; KUSER_SHARED_DATA.QpcFrequency says the same.</summary>
    public const long PerformanceFrequency = 10_000_000;

    private const uint MaximumResolution = 5000;

    [NtSyscall("NtQueryPerformanceCounter", Support.Full)]
    internal static NtStatus NtQueryPerformanceCounter(NtThread t, GuestPointer counter, GuestPointer frequency) =>
        t.Memory.TryWrite(counter, t.Executive.Clock.InterruptTime) && (frequency.IsNull || t.Memory.TryWrite(frequency, PerformanceFrequency))
            ? NtStatus.Success
            : NtStatus.AccessViolation;

    /// <summary>libwine's ntdll itself asks for it in its thread pool alone (8.0).</summary>
    [NtSyscall("NtQuerySystemTime", Support.Full)]
    internal static NtStatus NtQuerySystemTime(NtThread t, GuestPointer time) =>
        t.Memory.TryWrite(time, t.UsesPoolTime() ? t.Executive.Clock.PoolTime : t.Executive.Clock.SystemTime) ? NtStatus.Success : NtStatus.AccessViolation;

    [NtSyscall("NtSetSystemTime", Support.Refused, "needs SeSystemtimePrivilege, which the guest's user does not hold")]
    internal static NtStatus NtSetSystemTime(NtThread t, GuestPointer newTime, GuestPointer oldTime) => NtStatus.PrivilegeNotHeld;

    [NtSyscall("NtQueryTimerResolution", Support.Full)]
    internal static NtStatus NtQueryTimerResolution(NtThread t, GuestPointer minimum, GuestPointer maximum, GuestPointer current) =>
        t.Memory.TryWrite(minimum, SystemInformation.TimerIncrement) && t.Memory.TryWrite(maximum, MaximumResolution) && t.Memory.TryWrite(current, MaximumResolution)
            ? NtStatus.Success
            : NtStatus.AccessViolation;

    [NtSyscall("NtSetTimerResolution", Support.Full)]
    internal static NtStatus NtSetTimerResolution(NtThread t, uint resolution, bool set, GuestPointer current) =>
        t.Memory.TryWrite(current, MaximumResolution) ? NtStatus.Success : NtStatus.AccessViolation;
}
