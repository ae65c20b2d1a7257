using System.Runtime.InteropServices;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Mailbox;

/// <summary>
/// What the gate in user mode knows of a process, in views that are mapped when the first thread needs one: 64 KiB of slots, then the map that leads
/// from handles to event words, then the APC records of the threads. Thread-safe.
/// </summary>
internal sealed class ProcessMailboxes(NtProcess process)
{
    /// <summary>Bytes from the first slot to the handle map: 8 bytes a handle, the address of its <see cref="EventWord"/> with the flags below, or 0.</summary>
    public const int HandleMapOffset = SlotBytes;

    /// <summary>First handle value behind the map.</summary>
    public const int MappedHandles = MappedHandleCount * 4;

    /// <summary>Bytes from the first slot to the first <see cref="ApcRecord"/>.</summary>
    public const int ApcRecordsOffset = SlotBytes + (MappedHandleCount * sizeof(ulong));

    /// <summary>Flag in the map: a synchronization event.</summary>
    public const int ResetsItself = 1;

    /// <summary>Flag in the map: the handle has EVENT_MODIFY_STATE.</summary>
    public const int MaySet = 2;

    /// <summary>Flag in the map: the handle has SYNCHRONIZE.</summary>
    public const int MayWait = 4;

    private const int SlotBytes = MailboxSlot.Count * MailboxSlot.Bytes;
    private const int MappedHandleCount = 4096;
    private const int SectionBytes = ApcRecordsOffset + (MailboxSlot.Count * ApcRecord.Bytes);

    private readonly Lock _lock = new();
    private readonly CallMailbox?[] _slots = new CallMailbox?[MailboxSlot.Count];
    private PageFileSection? _section;
    private ulong _address;
    private ulong _eventsAddress;
    private ulong _gpa;
    private ulong _mapGpa;
    private bool _refused;

    private GuestMemory GuestMemory => process.Executive.GuestMemory;

    /// <summary>Opens a mailbox for a thread and tells the thread's TEB of it; null when there is no slot or no memory.</summary>
    public CallMailbox? TryOpen(NtThread thread)
    {
        lock (_lock)
        {
            int slot = (int)(thread.ThreadId / 4 % MailboxSlot.Count);
            if (_slots[slot] is not null || !TryMap())
            {
                return null;
            }
            ulong offset = (ulong)(slot * MailboxSlot.Bytes);
            if (!thread.Memory.TryWrite(new GuestPointer(thread.Teb + UserGate.TebMailbox), _address + offset))
            {
                return null;
            }
            return _slots[slot] = new CallMailbox(thread, _gpa + offset, ApcRecordGpa(slot));
        }
    }

    /// <summary>Frees the slot of a thread that has ended.</summary>
    public void Close(CallMailbox mailbox)
    {
        lock (_lock)
        {
            int slot = Array.IndexOf(_slots, mailbox);
            _slots[slot] = null;
            GuestMemory.RamSpan(_gpa + (ulong)(slot * MailboxSlot.Bytes), MailboxSlot.Bytes).Clear();
            GuestMemory.RamSpan(ApcRecordGpa(slot), ApcRecord.Bytes).Clear();
        }
    }

    /// <summary>A system call used an event: one that is used often is shown to the gate under this handle.</summary>
    public void NoteUse(Handle handle, EventObject value)
    {
        ulong index = handle.Value / 4;
        if (_mapGpa != 0 && (handle.Value & 3) == 0 && index < MappedHandleCount && value.NoteUse() && Volatile.Read(ref MapEntry((int)index)) == 0)
        {
            process.Handles.Show(handle, value);
        }
    }

    /// <summary>Shows an event under a handle. The caller holds the handle table's lock, under which the handle is open.</summary>
    public void Show(Handle handle, EventObject value, uint access)
    {
        if (value.TryShare(process.Executive.SharedEvents) is { } word)
        {
            int flags = value.IsNotification ? 0 : ResetsItself;
            flags |= (access & EventObject.ModifyState) != 0 ? MaySet : 0;
            flags |= (access & AccessRights.Synchronize) != 0 ? MayWait : 0;
            Volatile.Write(ref MapEntry((int)(handle.Value / 4)), (_eventsAddress + (ulong)word.Offset) | (uint)flags);
        }
    }

    /// <summary>A handle is closed, or its rights have changed. The caller holds the handle table's lock.</summary>
    public void Forget(Handle handle)
    {
        if (Volatile.Read(ref _mapGpa) == 0 || handle.Value / 4 >= MappedHandleCount)
        {
            return;
        }
        lock (_lock)
        {
            if (_mapGpa != 0)
            {
                Volatile.Write(ref MapEntry((int)(handle.Value / 4)), 0);
            }
        }
    }

    /// <summary>The process has ended and its memory is gone.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _refused = true;
            _mapGpa = 0;
            _section?.DropHandles();
            _section = null;
        }
    }

    private ulong ApcRecordGpa(int slot) => _mapGpa + (ulong)(ApcRecordsOffset - HandleMapOffset + (slot * ApcRecord.Bytes));

    private ref ulong MapEntry(int index) => ref MemoryMarshal.Cast<byte, ulong>(GuestMemory.RamSpan(_mapGpa + (ulong)(index * sizeof(ulong)), sizeof(ulong)))[0];

    private bool TryMap()
    {
        if (_address != 0 || _refused)
        {
            return !_refused;
        }
        // The section lives as long as the process, even if the program unmaps the view: the host goes on writing to its frames.
        _section = new PageFileSection(GuestMemory, SectionBytes, MemoryTypes.SectionCommit, PageProtection.ReadWrite);
        AllocationRequest request = new() { Type = MemoryTypes.TopDown, Protection = PageProtection.ReadWrite };
        bool mapped = process.AddressSpace.MapView(_section, request, 0, out _address, out _).IsSuccess
            && process.AddressSpace.MapView(process.Executive.SharedEvents.Section, request, 0, out _eventsAddress, out _).IsSuccess;
        const int ChunkFrames = SlotBytes / GuestMemory.FrameSize;
        _gpa = mapped ? _section.Store.GetFrames(0, ChunkFrames).Gpa : 0;
        ulong map = mapped ? _section.Store.GetFrames(ChunkFrames, ChunkFrames).Gpa : 0;
        _refused = _gpa == 0 || map == 0;
        Volatile.Write(ref _mapGpa, _refused ? 0 : map);
        return !_refused;
    }
}
