using System.Runtime.InteropServices;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Threads;

/// <summary>Host calls about threads.</summary>
internal static partial class NativeThread
{
    [LibraryImport("libc", EntryPoint = "gettid")]
    internal static partial int GetThreadId();

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    internal static partial int GetProcessor();

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    internal static partial int GetAffinity(int threadId, nuint bytes, ref ulong mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    internal static partial int SetAffinity(int threadId, nuint bytes, in ulong mask);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    internal static partial int SetPriority(int which, int threadId, int nice);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    internal static partial int GetLimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    internal static partial int GetTime(int clock, out Timespec time);
}
