using static PortableVirt.Cell.SystemCalls.SystemCall;
using static PortableVirt.Cell.SystemCalls.SystemCallRule;

namespace PortableVirt.Cell.SystemCalls;

/// <summary>System calls on threads, signals, time and the process itself.</summary>
internal static class ThreadCalls
{
    /// <summary>CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_SIGHAND, CLONE_THREAD (linux/sched.h).</summary>
    private const ulong ThreadFlags = 0x1_0F00;

    /// <summary>CLONE_NEW..., CLONE_PIDFD, CLONE_PTRACE, CLONE_VFORK, CLONE_UNTRACED.</summary>
    private const ulong ForeignFlags = 0x7E82_7080;

    private const ulong SigSys = 31;

    public static IEnumerable<SystemCallRule> List(CellProfile profile, ulong processId)
    {
        if (profile.MakesCode)
        {
            yield return Always(SchedGetparam, "start of a thread of the compiling .NET runtime");
            yield return Always(SchedGetscheduler, "start of a thread of the compiling .NET runtime");
            yield return Always(SchedSetscheduler, "priority of a thread of the compiling .NET runtime");
            yield return Always(SchedGetPriorityMax, "priority of a thread of the compiling .NET runtime");
            yield return Always(SchedGetPriorityMin, "priority of a thread of the compiling .NET runtime");
        }
        yield return Never(Clone3, "the C library then uses clone, whose flags a filter can see", ErrorNumber.NoSystemCall);
        yield return When(Clone, "threads; no processes, no namespaces", ArgumentCheck.Exactly(0, ThreadFlags | ForeignFlags, ThreadFlags));
        yield return Always(SetRobustList, "start of a thread");
        yield return Always(Rseq, "start of a thread");
        yield return Always(Gettid, "ids for kicks and locks");
        yield return Always(Getpid, "own id");
        yield return Always(Futex, "waits");
        yield return Always(RestartSyscall, "the kernel goes on with a wait after a signal");
        yield return Always(SchedYield, "spinning");
        yield return Always(SchedGetaffinity, "number of processors, NtQueryInformationThread");
        yield return Always(SchedSetaffinity, "thread affinity");
        yield return Always(Setpriority, "thread priority");
        yield return Always(Exit, "end of a thread");
        yield return Always(ExitGroup, "end of the process");
        yield return When(Tgkill, "kicks out of KVM_RUN, abort", ArgumentCheck.OneOf(0, processId));
        yield return When(Kill, "Ctrl-Z stops the process after the terminal was given back", ArgumentCheck.OneOf(0, processId));
        yield return When(RtSigaction, "handlers of terminal signals come and go", ArgumentCheck.NoneOf(0, SigSys));
        yield return Always(RtSigprocmask, "start of a thread, ppoll");
        yield return Always(RtSigreturn, "end of a signal handler");
        yield return Always(Sigaltstack, "stack of signal handlers of a .NET thread");
        yield return When(
            Prctl, "names of threads and of memory, PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_GET_SECCOMP, PR_SET_VMA",
            ArgumentCheck.OneOf(0, 3, 15, 16, 21, 0x5356_4D41));
        yield return When(Prlimit64, "limit of open files, stack size", ArgumentCheck.OneOf(0, 0, processId));
        yield return Always(Getrusage, "processor time");
        yield return Always(Sysinfo, "memory of the host");
        yield return Always(Uname, "version of the host's kernel, .NET");
        yield return Always(Geteuid, "whose files are whose");
        yield return Always(Getpgrp, "is this job in the foreground");
        yield return Always(ClockGettime, "time, where the vDSO cannot tell");
        yield return Always(ClockNanosleep, "sleep");
        yield return Always(Getrandom, "random numbers");
    }
}
