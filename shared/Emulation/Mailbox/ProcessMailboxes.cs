using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Mailbox;

/// <summary>The slots of a process's threads, in a view that is mapped when the first thread needs one. Thread-safe.</summary>
internal sealed class ProcessMailboxes(NtProcess process)
{
    private const int SectionBytes = MailboxSlot.Count * MailboxSlot.Bytes;
    private readonly Lock _lock = new();
    private readonly CallMailbox?[] _slots = new CallMailbox?[MailboxSlot.Count];
    private ulong _address;
    private ulong _gpa;
    private bool _refused;

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
            return _slots[slot] = new CallMailbox(thread, _gpa + offset);
        }
    }

    /// <summary>Frees the slot of a thread that has ended.</summary>
    public void Close(CallMailbox mailbox)
    {
        lock (_lock)
        {
            int slot = Array.IndexOf(_slots, mailbox);
            _slots[slot] = null;
            process.Executive.GuestMemory.RamSpan(_gpa + (ulong)(slot * MailboxSlot.Bytes), MailboxSlot.Bytes).Clear();
        }
    }

    private bool TryMap()
    {
        if (_address != 0 || _refused)
        {
            return !_refused;
        }
        PageFileSection section = new(process.Executive.GuestMemory, SectionBytes, MemoryTypes.SectionCommit, PageProtection.ReadWrite);
        AllocationRequest request = new() { Type = MemoryTypes.TopDown, Protection = PageProtection.ReadWrite };
        NtStatus status = process.AddressSpace.MapView(section, request, 0, out _address, out _);
        _gpa = status.IsSuccess ? section.Store.GetFrames(0, SectionBytes / GuestMemory.FrameSize).Gpa : 0;
        _refused = _gpa == 0;
        section.DropHandles();
        return !_refused;
    }
}
