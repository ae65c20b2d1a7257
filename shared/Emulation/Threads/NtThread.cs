using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Threads;

/// <summary>
/// A Windows thread: one host thread and, while it lives, one vCPU. Parts: NtThread.Run.cs (the run loop), NtThread.Apc.cs
/// (APCs and alerts), NtThread.Control.cs (suspend, resume, terminate).
/// </summary>
public sealed partial class NtThread : DispatcherObject
{
    /// <summary>Makes a thread object; it does not run yet.</summary>
    public NtThread(NtProcess process)
        : base(ObjectKinds.Thread)
    {
        Process = process;
        Park = new ThreadPark(process.Executive.Clock.Monotonic, process.Executive.Running);
        ThreadId = process.Executive.ClientIds.Allocate(this);
    }

    /// <summary>The process.</summary>
    public NtProcess Process { get; }

    /// <summary>The executive.</summary>
    public Executive Executive => Process.Executive;

    /// <summary>The process's memory.</summary>
    public GuestAccessor Memory => Process.Memory;

    /// <summary>Thread id.</summary>
    public uint ThreadId { get; }

    /// <summary>Guest address of the TEB.</summary>
    public ulong Teb { get; internal set; }

    /// <summary>Where this thread blocks.</summary>
    public ThreadPark Park { get; }

    /// <summary>True once the thread has ended. Guarded by the dispatcher lock.</summary>
    public bool HasEnded { get; internal set; }

    /// <summary>Exit status; STATUS_PENDING (0x103) while the thread lives.</summary>
    public NtStatus ExitStatus { get; internal set; } = NtStatus.Pending;

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread) => HasEnded;

    /// <summary>
    /// Finds the object of a handle and checks its type and access, pseudo handles included.
    /// STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH or STATUS_ACCESS_DENIED otherwise.
    /// </summary>
    public NtStatus Reference<T>(Handle handle, uint access, out T value)
        where T : KernelObject => Reference(handle, access, out value, out _);

    /// <summary>As above; also gives the granted access mask.</summary>
    public NtStatus Reference<T>(Handle handle, uint access, out T value, out uint granted)
        where T : KernelObject
    {
        value = null!;
        granted = 0;
        KernelObject? found;
        if (handle == Handle.CurrentProcess)
        {
            (found, granted) = (Process, ObjectKinds.Process.AllAccess);
        }
        else if (handle == Handle.CurrentThread)
        {
            (found, granted) = (this, ObjectKinds.Thread.AllAccess);
        }
        else if (Process.Handles.TryGet(handle, out HandleEntry entry))
        {
            (found, granted) = (entry.Object, entry.Access);
        }
        else
        {
            return NtStatus.InvalidHandle;
        }
        if (found is not T typed)
        {
            return NtStatus.ObjectTypeMismatch;
        }
        if ((access & ~granted) != 0)
        {
            return NtStatus.AccessDenied;
        }
        value = typed;
        return NtStatus.Success;
    }

    /// <summary>Opens a handle in the calling process and writes it to guest memory; nothing stays open when the write fails.</summary>
    public NtStatus ReturnHandle(GuestPointer target, KernelObject value, uint desiredAccess, ObjectFlags flags = ObjectFlags.None)
    {
        NtStatus status = Process.Handles.Insert(value, value.Kind.MapAccess(desiredAccess), flags.HasFlag(ObjectFlags.Inherit), out Handle handle);
        if (status.IsSuccess && !Memory.TryWrite(target, handle.Value))
        {
            Process.Handles.Close(handle);
            status = NtStatus.AccessViolation;
        }
        return status;
    }
}
