using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Debugging;

/// <summary>
/// A debug object: the queue of debug events between the processes that are debugged and their debugger. A process that has
/// reported an event stands still until the debugger continues it, and has at most one event with the debugger at a time.
/// Signaled while an event can be fetched. Guarded by the dispatcher lock.
/// </summary>
/// <param name="dispatcher">The executive's dispatcher.</param>
/// <param name="killsOnClose">DEBUG_KILL_ON_CLOSE.</param>
internal sealed class DebugObject(Dispatcher dispatcher, bool killsOnClose) : DispatcherObject(ObjectKinds.DebugObject)
{
    /// <summary>DEBUG_READ_EVENT.</summary>
    public const uint ReadEvent = 1;

    /// <summary>DEBUG_PROCESS_ASSIGN.</summary>
    public const uint ProcessAssign = 2;

    /// <summary>DEBUG_SET_INFORMATION.</summary>
    public const uint SetInformation = 4;

    private const int BeingDebuggedOffset = 2;
    private readonly List<DebugEvent> _events = [];

    /// <summary>True when the processes end with the last handle of the object; otherwise they go on without a debugger.</summary>
    public bool KillsOnClose { get; set; } = killsOnClose;

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread) => FindReady() is not null;

    /// <summary>Queues an event and freezes its process; the caller kicks the threads afterwards.</summary>
    internal void Post(DebugEvent e)
    {
        _events.Add(e);
        e.Sender.Process.Freeze();
        dispatcher.Signal(this);
    }

    /// <summary>Takes the next event for the debugger; null when there is none.</summary>
    internal DebugEvent? Take()
    {
        lock (dispatcher.Lock)
        {
            if (FindReady() is not { } e)
            {
                return null;
            }
            e.State = DebugEventState.Sent;
            return e;
        }
    }

    /// <summary>Gives an event back that the debugger could not be told of.</summary>
    internal void Untake(DebugEvent e)
    {
        lock (dispatcher.Lock)
        {
            if (e.State == DebugEventState.Sent)
            {
                e.State = DebugEventState.Queued;
                dispatcher.Signal(this);
            }
        }
    }

    /// <summary>Continues the event of a thread that the debugger has fetched. STATUS_INVALID_PARAMETER when there is none.</summary>
    internal NtStatus Continue(uint processId, uint threadId, NtStatus status)
    {
        lock (dispatcher.Lock)
        {
            DebugEvent? e = _events.Find(e => e.State == DebugEventState.Sent && e.Sender.ThreadId == threadId && e.Sender.Process.ProcessId == processId);
            if (e is null)
            {
                return NtStatus.InvalidParameter;
            }
            if (status == NtStatus.DbgReplyLater)
            {
                e.State = DebugEventState.Delayed;
                e.Sender.Process.Thaw();
                RequeueDelayed(e.Sender);
            }
            else
            {
                _events.Remove(e);
                Finish(e, status);
                e.Sender.Process.Thaw();
            }
            dispatcher.Signal(this);
            return NtStatus.Success;
        }
    }

    /// <summary>A thread may be running again: its event that was to be replied later is due.</summary>
    internal void RequeueDelayed(NtThread thread)
    {
        if (thread.SuspendCount == 0 && _events.Find(e => e.State == DebugEventState.Delayed && e.Sender == thread) is { } e)
        {
            e.State = DebugEventState.Queued;
            thread.Process.Freeze();
            dispatcher.Signal(this);
        }
    }

    /// <summary>
    /// Becomes the debugger of a running process: its threads and modules are reported as if they were new.
    /// STATUS_PORT_ALREADY_SET when it has a debugger, STATUS_PROCESS_IS_TERMINATING when it ends.
    /// </summary>
    internal NtStatus Attach(NtProcess process)
    {
        lock (dispatcher.Lock)
        {
            if (process.IsEnding || process.HasEnded || process.Threads.Count == 0)
            {
                return NtStatus.ProcessIsTerminating;
            }
            if (process.DebugPort is not null)
            {
                return NtStatus.PortAlreadySet;
            }
            process.DebugPort = this;
            process.IsCreationReported = true;
            NtThread first = process.Threads.MinBy(static thread => thread.ThreadId)!;
            Post(DebugReports.ProcessCreated(first));
            foreach (NtThread thread in process.Threads.OrderBy(static thread => thread.ThreadId))
            {
                thread.IsStartReported = true;
                if (thread != first)
                {
                    Post(new DebugEvent(thread, DebugStateChange.CreateThread) { StartAddress = thread.StartAddress });
                }
            }
            foreach ((ulong start, _, string file) in process.Modules.Snapshot())
            {
                if (start != process.ImageBase)
                {
                    Post(new DebugEvent(first, DebugStateChange.LoadDll) { ImageBase = start, ImageFile = file });
                }
            }
        }
        process.KickThreads();
        MarkDebugged(process, true);
        return NtStatus.Success;
    }

    /// <summary>Stops debugging a process: it goes on, an exception that waits for an answer goes to the program. STATUS_PORT_NOT_SET when another debugs it.</summary>
    internal NtStatus Detach(NtProcess process)
    {
        lock (dispatcher.Lock)
        {
            if (process.DebugPort != this)
            {
                return NtStatus.PortNotSet;
            }
            process.DebugPort = null;
            foreach (DebugEvent e in _events.FindAll(e => e.Sender.Process == process))
            {
                _events.Remove(e);
                bool froze = e.State != DebugEventState.Delayed;
                Finish(e, NtStatus.DebuggerInactive);
                if (froze)
                {
                    process.Thaw();
                }
            }
        }
        MarkDebugged(process, false);
        return NtStatus.Success;
    }

    /// <summary>Sets PEB.BeingDebugged.</summary>
    internal static void MarkDebugged(NtProcess process, bool isDebugged) =>
        process.Memory.TryWrite(new GuestPointer(process.Peb) + BeingDebuggedOffset, (byte)(isDebugged ? 1 : 0));

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(NtProcess process)
    {
        foreach (NtProcess debuggee in process.Executive.ClientIds.Processes())
        {
            if (debuggee.DebugPort != this)
            {
                continue;
            }
            if (KillsOnClose)
            {
                debuggee.RequestEnd(NtStatus.DebuggerInactive);
            }
            Detach(debuggee);
        }
    }

    private static void Finish(DebugEvent e, NtStatus status)
    {
        e.ContinueStatus = status;
        e.State = DebugEventState.Continued;
        e.Sender.Park.Wake();
    }

    private DebugEvent? FindReady()
    {
        foreach (DebugEvent e in _events)
        {
            if (e.State == DebugEventState.Queued && !_events.Exists(other => other.State == DebugEventState.Sent && other.Sender.Process == e.Sender.Process))
            {
                return e;
            }
        }
        return null;
    }
}
