using PortableVirt.Emulation.Cryptography;
using PortableVirt.Emulation.Mailbox;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Processes;

/// <summary>A Windows process: an address space, a handle table and threads. Several share one VM and one object namespace.</summary>
public sealed partial class NtProcess : DispatcherObject
{
    /// <summary>Makes a process object with an empty address space.</summary>
    public NtProcess(Executive executive, AddressSpace space)
        : base(ObjectKinds.Process)
    {
        Executive = executive;
        AddressSpace = space;
        Memory = new GuestAccessor(space);
        Handles = new HandleTable(this);
        Mailboxes = new ProcessMailboxes(this);
        ProcessId = executive.ClientIds.Allocate(this);
        space.GuardPageHit = GrowStackAt;
        space.Images = executive is { Recorder: { RecordsPages: true } } or { Unseen: not null }
            ? new ImageWatch
            {
                Touched = executive.Recorder is { RecordsPages: true } recorder ? (image, page) => recorder.NotePages(image, page, 1) : null,
                Missing = executive.Unseen is { } guard ? (image, page, isAtBase, bytes) => guard.TryGetPage(image.FileName ?? "", (uint)(page << 12), isAtBase, bytes) : null,
            }
            : null;
        space.Code = executive.Statistics is { } statistics ? new CodeWatch(statistics.Code, (page, gates) => executive.Recorder?.NoteCode(this, page, gates)) { StrictAliases = executive.StrictCode } : null;
    }

    /// <summary>The executive.</summary>
    public Executive Executive { get; }

    /// <summary>Virtual memory of the process.</summary>
    public AddressSpace AddressSpace { get; }

    /// <summary>Checked access to its memory.</summary>
    public GuestAccessor Memory { get; }

    /// <summary>Its handles.</summary>
    public HandleTable Handles { get; }

    /// <summary>Keys, certificate files and TLS sessions that the unix sides of its DLLs hold.</summary>
    internal UnixObjectTable UnixObjects { get; } = new();

    /// <summary>The certificates that the computer trusts, as the process goes through them.</summary>
    internal RootCertificates RootCertificates { get; } = new();

    /// <summary>Mailboxes of its threads.</summary>
    internal ProcessMailboxes Mailboxes { get; }

    /// <summary>Process id.</summary>
    public uint ProcessId { get; }

    /// <summary>Guest address of the PEB.</summary>
    public ulong Peb { get; internal set; }

    /// <summary>True once all threads have ended. Guarded by the dispatcher lock.</summary>
    public bool HasEnded { get; internal set; }

    /// <summary>Exit status; STATUS_PENDING while the process lives.</summary>
    public NtStatus ExitStatus { get; internal set; } = NtStatus.Pending;

    /// <summary>Living threads. Guarded by the dispatcher lock.</summary>
    public List<NtThread> Threads { get; } = [];

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread) => HasEnded;

    private void GrowStackAt(ulong address)
    {
        NtThread[] threads;
        lock (Executive.Dispatcher.Lock)
        {
            threads = [.. Threads];
        }
        Array.Find(threads, thread => thread.IsInStack(address))?.TryGrowStack(address);
    }
}
