using PortableVirt.Emulation.Exceptions;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Debugging;

/// <summary>What threads tell their debugger. Every report blocks the thread until the debugger has continued it.</summary>
internal static class DebugReports
{
    private const int ArbitraryUserPointer = 0x28;
    private const int StaticUnicodeBuffer = 0x1268;
    private const string FirstLibrary = "ntdll.dll\0";

    /// <summary>The event of a process that has been made.</summary>
    public static DebugEvent ProcessCreated(NtThread first) => new(first, DebugStateChange.CreateProcess)
    {
        ImageBase = first.Process.ImageBase,
        ImageFile = first.Process.Modules.FileAt(first.Process.ImageBase),
        StartAddress = first.Process.EntryPoint,
    };

    /// <summary>A thread is about to run its first instruction; the first of a process reports the process and ntdll.dll.</summary>
    public static void Started(NtThread t)
    {
        NtProcess process = t.Process;
        bool isFirst;
        lock (t.Executive.Dispatcher.Lock)
        {
            if (t.IsStartReported || process.DebugPort is null)
            {
                t.IsStartReported = true;
                return;
            }
            t.IsStartReported = true;
            isFirst = !process.IsCreationReported;
            process.IsCreationReported = true;
        }
        if (!isFirst)
        {
            Send(new DebugEvent(t, DebugStateChange.CreateThread) { StartAddress = t.StartAddress });
            return;
        }
        Send(ProcessCreated(t));
        GuestPointer name = new GuestPointer(t.Teb) + StaticUnicodeBuffer;
        if (t.Memory.TryWrite(name, System.Runtime.InteropServices.MemoryMarshal.AsBytes(FirstLibrary.AsSpan())))
        {
            t.Memory.TryWrite(new GuestPointer(t.Teb) + ArbitraryUserPointer, name.Address);
        }
        ImageMapped(t, process.Ntdll.Base, process.Modules.FileAt(process.Ntdll.Base));
    }

    /// <summary>
    /// A thread has run its last instruction; the last of a process reports the end of the process, also one that ends before it has begun, as the
    /// debugger's own break-in thread may.
    /// </summary>
    public static void Ending(NtThread t, NtStatus exitStatus)
    {
        NtProcess process = t.Process;
        bool isLast;
        lock (t.Executive.Dispatcher.Lock)
        {
            t.IsEndReported = true;
            isLast = process.Threads.TrueForAll(static thread => thread.IsEndReported);
            if (process.DebugPort is null || !(isLast ? process.IsCreationReported : t.IsStartReported))
            {
                return;
            }
        }
        Send(isLast
            ? new DebugEvent(t, DebugStateChange.ExitProcess) { ExitStatus = process.EndStatus ?? exitStatus }
            : new DebugEvent(t, DebugStateChange.ExitThread) { ExitStatus = exitStatus });
    }

    /// <summary>The thread has mapped an image into its own process.</summary>
    public static void ImageMapped(NtThread t, ulong imageBase, string file)
    {
        if (t.Process.DebugPort is not null)
        {
            Send(new DebugEvent(t, DebugStateChange.LoadDll) { ImageBase = imageBase, ImageFile = file, NamePointer = t.Teb + ArbitraryUserPointer });
        }
    }

    /// <summary>The thread has unmapped an image from its own process.</summary>
    public static void ImageUnmapped(NtThread t, ulong imageBase)
    {
        if (t.Process.DebugPort is not null)
        {
            Send(new DebugEvent(t, DebugStateChange.UnloadDll) { ImageBase = imageBase });
        }
    }

    /// <summary>
    /// Offers an exception to the debugger. The thread's registers are those that the debugger sees and may change. True when the debugger
    /// has dealt with it: the thread goes on with its registers as they are now.
    /// </summary>
    public static bool IsHandled(NtThread t, in ExceptionRecord record, bool firstChance)
    {
        if (t.Process.DebugPort is null)
        {
            return false;
        }
        DebugStateChange kind = record.ExceptionCode == NtStatus.Breakpoint.Value ? DebugStateChange.Breakpoint
            : record.ExceptionCode == NtStatus.SingleStep.Value ? DebugStateChange.SingleStep
            : DebugStateChange.Exception;
        NtStatus status = Send(new DebugEvent(t, kind) { Record = record, IsFirstChance = firstChance });
        return status == NtStatus.DbgContinue || status == NtStatus.DbgExceptionHandled || status == NtStatus.DbgTerminateProcess || status == NtStatus.DbgTerminateThread;
    }

    private static NtStatus Send(DebugEvent e)
    {
        NtThread t = e.Sender;
        lock (t.Executive.Dispatcher.Lock)
        {
            if (t.IsHiddenFromDebugger || t.Process.DebugPort is not { } port)
            {
                return NtStatus.DebuggerInactive;
            }
            port.Post(e);
        }
        t.Process.KickThreads();
        while (e.State != DebugEventState.Continued)
        {
            t.Park.Wait(Deadline.Never);
        }
        if (e.ContinueStatus == NtStatus.DbgTerminateProcess)
        {
            t.Process.RequestEnd(e.ContinueStatus);
        }
        else if (e.ContinueStatus == NtStatus.DbgTerminateThread)
        {
            t.RequestTermination(e.ContinueStatus);
        }
        return e.ContinueStatus;
    }
}
