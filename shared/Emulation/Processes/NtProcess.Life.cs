using PortableVirt.Emulation.Exceptions;
using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Processes;

public sealed partial class NtProcess
{
    private NtStatus? _endStatus;
    private NtStatus _lastThreadStatus;
    private bool _hasHadThreads;

    /// <summary>ntdll.dll in this process.</summary>
    public MappedNtdll Ntdll { get; internal set; }

    /// <summary>Images mapped.</summary>
    public ModuleList Modules { get; } = new();

    /// <summary>Stack that a thread gets when its creator asks for none: the program's own header value.</summary>
    public ulong DefaultStackReserve { get; internal set; }

    /// <summary>True once the process was told to end.</summary>
    public bool IsEnding => _endStatus is not null;

    /// <summary>
    /// True once a thread has ended all others in order to unload the DLLs. Stacks of threads that end from then on stay: the survivor still finds
    /// wait blocks of locks on them.
    /// </summary>
    internal bool IsUnloading { get; private set; }

    /// <summary>The exception that ended the process, or null.</summary>
    public GuestCrash? Crash { get; private set; }

    /// <summary>
    /// Makes a thread one of the process's. False when the process, or the VM, was told to end or the process has run its last thread: nobody would end this one.
    /// </summary>
    internal bool TryAdd(NtThread thread)
    {
        lock (Executive.Dispatcher.Lock)
        {
            if (IsEnding || Executive.IsEnding || (_hasHadThreads && Threads.Count == 0))
            {
                return false;
            }
            _hasHadThreads = true;
            Threads.Add(thread);
            return true;
        }
    }

    /// <summary>Tells all threads to end. The first call gives the exit status; returns at once.</summary>
    public void RequestEnd(NtStatus exitStatus)
    {
        List<NtThread> threads;
        lock (Executive.Dispatcher.Lock)
        {
            _endStatus ??= exitStatus;
            threads = [.. Threads];
        }
        foreach (NtThread thread in threads)
        {
            thread.RequestTermination(_endStatus.Value);
        }
    }

    /// <summary>Tells all threads but one to end (NtTerminateProcess with a null handle); that one goes on to unload the DLLs.</summary>
    public void RequestEndOfOthers(NtThread survivor, NtStatus exitStatus)
    {
        List<NtThread> threads;
        lock (Executive.Dispatcher.Lock)
        {
            IsUnloading = true;
            threads = [.. Threads.Where(thread => thread != survivor)];
        }
        foreach (NtThread thread in threads)
        {
            thread.RequestTermination(exitStatus);
        }
    }

    /// <summary>Ends the process by an exception that nobody handled, and keeps what a report needs.</summary>
    internal void EndByException(NtThread thread, ref ExceptionRecord record, ref GuestContext context, string why)
    {
        GuestCrash crash = GuestCrash.Capture(thread, record, context, why);
        lock (Executive.Dispatcher.Lock)
        {
            if (_endStatus is null)
            {
                Crash = crash;
            }
        }
        Executive.Report.Crashed(crash);
        RequestEnd(new NtStatus(record.ExceptionCode));
    }

    /// <summary>Waits until every other running thread of the process has passed through the host once.</summary>
    internal void BarrierOtherThreads(NtThread caller)
    {
        List<NtThread> threads;
        lock (Executive.Dispatcher.Lock)
        {
            threads = [.. Threads];
        }
        foreach (NtThread thread in threads)
        {
            if (thread != caller && caller.TryStopForContext(thread))
            {
                caller.ReleaseFromContext(thread);
            }
        }
    }

    /// <summary>The last thread has ended: closes handles, frees memory, signals the process.</summary>
    internal void OnLastThreadEnded()
    {
        NtStatus status;
        lock (Executive.Dispatcher.Lock)
        {
            status = _endStatus ?? _lastThreadStatus;
        }
        Handles.CloseAll();
        UnixObjects.CloseAll();
        if (!Executive.EndsWithLastProcess || Executive.ClientIds.Processes().Count > 1)
        {
            AddressSpace.Destroy();
            Mailboxes.Release();
        }
        lock (Executive.Dispatcher.Lock)
        {
            ExitStatus = status;
            HasEnded = true;
            Executive.Dispatcher.Signal(this);
        }
        Executive.ClientIds.Release(ProcessId);
        Executive.OnProcessEnded(this);
    }

    /// <summary>A thread is about to end with this status; the last one gives the process its own.</summary>
    internal void NoteThreadStatus(NtStatus status)
    {
        lock (Executive.Dispatcher.Lock)
        {
            _lastThreadStatus = status;
        }
    }
}
