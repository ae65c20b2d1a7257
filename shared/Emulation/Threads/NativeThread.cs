using System.Runtime.InteropServices;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Threads;

/// <summary>Host calls about threads.</summary>
internal static partial class NativeThread
{
    [LibraryImport("libc", EntryPoint = "gettid")]
    internal static partial int GetThreadId();

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    internal static partial int GetTime(int clock, out Timespec time);
}
