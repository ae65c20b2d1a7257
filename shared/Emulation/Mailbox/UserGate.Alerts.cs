using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace PortableVirt.Emulation.Mailbox;

/// <summary>
/// Alerts by thread id, on which all locks, condition variables and WaitOnAddress of ntdll stand, between two threads of a process that both have a
/// processor: one looks at a word of its slot for a while, the other writes it.
/// </summary>
internal sealed partial class UserGate
{
    private const int SlotShift = 7;
    private const int ApcRecordShift = 6;

    /// <summary>
    /// About 1 us before the first look: the owner of a contended lock takes it a few more times meanwhile, instead of handing it over each time.
    /// </summary>
    private const int PausesBeforeLook = 24;

    /// <summary>NtAlertThreadByThreadId: alerts a thread that looks for it; any other way leads to the host.</summary>
    private void EmitAlert(Assembler c, Labels l)
    {
        c.Label(ref l.Alert);
        c.mov(r11, __qword_ptr.gs[TebMailbox]);
        c.test(r11, r11);
        c.je(l.Slow);
        c.and(r11, -(MailboxSlot.Count << SlotShift));
        c.mov(rcx, r10);
        c.shr(rcx, 2);
        c.and(ecx, MailboxSlot.Count - 1);
        c.shl(ecx, SlotShift);
        c.add(r11, rcx);
        c.cmp(__qword_ptr[r11 + MailboxSlot.ThreadIdOffset], r10);
        c.jne(l.Post);
        c.mov(ecx, MailboxSlot.Alerted);
        c.mov(eax, MailboxSlot.Watching);
        c.Label(ref l.Swap);
        c.@lock.cmpxchg(__dword_ptr[r11 + MailboxSlot.AlertOffset], ecx);
        c.mov(eax, (int)_alertNumber);
        c.jne(l.Post);
        c.xor(eax, eax);
        c.ret();
    }

    /// <summary>NtWaitForAlertByThreadId: looks for an alert for a while where that has paid before, and goes on to the host.</summary>
    private void EmitWait(Assembler c, Labels l)
    {
        Label look = c.CreateLabel();
        Label again = c.CreateLabel();
        Label giveUp = c.CreateLabel();
        c.Label(ref l.Wait);
        c.mov(r11, __qword_ptr.gs[TebMailbox]);
        c.test(r11, r11);
        c.je(l.Slow);
        c.cmp(__dword_ptr[r11 + MailboxSlot.SpinsForAlertOffset], 0);
        c.je(l.Post);
        c.test(rdx, rdx);
        c.je(look);
        c.cmp(__qword_ptr[rdx], 0);
        c.je(l.Post);
        c.Label(ref look);
        c.mov(ecx, AlertSpins);
        c.mov(__dword_ptr[r11 + MailboxSlot.AlertOffset], MailboxSlot.Watching);
        Label pause = c.CreateLabel();
        c.Label(ref pause);
        c.pause();
        c.dec(ecx);
        c.cmp(ecx, AlertSpins - PausesBeforeLook);
        c.jne(pause);
        c.Label(ref again);
        c.cmp(__dword_ptr[r11 + MailboxSlot.AlertOffset], MailboxSlot.Alerted);
        c.je(l.Woken);
        c.cmp(__dword_ptr[r11 + MailboxSlot.HasTokenOffset], 0);
        c.jne(giveUp);
        c.pause();
        c.dec(ecx);
        c.jne(again);
        c.Label(ref giveUp);
        c.xor(ecx, ecx);
        c.mov(eax, MailboxSlot.Watching);
        c.@lock.cmpxchg(__dword_ptr[r11 + MailboxSlot.AlertOffset], ecx);
        c.mov(eax, (int)_waitNumber);
        c.je(l.Post);
        c.Label(ref l.Woken);
        c.mov(__dword_ptr[r11 + MailboxSlot.AlertOffset], 0);
        c.mov(eax, (int)NtStatus.Alerted.Value);
        c.ret();
    }
}
