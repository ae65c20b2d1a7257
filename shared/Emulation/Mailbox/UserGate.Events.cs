using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace PortableVirt.Emulation.Mailbox;

/// <summary>
/// Events that are used often: set, reset and waited for where programs and gate see their state (<see cref="EventWord"/>). Whatever is not simple there,
/// a wait that has to block among it, leads to the host.
/// </summary>
internal sealed partial class UserGate
{
    private const int SlotsMask = (MailboxSlot.Count << SlotShift) - 1;
    private const int WordMask = -EventWord.Bytes;

    /// <summary>Objects of one wait that the gate looks at.</summary>
    private const int MaximumGateObjects = 8;

    /// <summary>Offset of the fifth argument from RSP in the gate: two return addresses and four home slots.</summary>
    private const int FifthArgument = 0x30;

    /// <summary>NtSetEvent and NtResetEvent without a previous state; NtResetEvent of a notification event that nobody looks at.</summary>
    private void EmitChange(Assembler c, Labels l)
    {
        Label done = c.CreateLabel();
        c.Label(ref l.SetEvent);
        EmitFindEvent(c, l, r10, ProcessMailboxes.MaySet);
        c.test(rdx, rdx);
        c.jne(l.Post);
        c.and(rcx, WordMask);
        c.mov(r11d, EventWord.Set);
        c.xor(eax, eax);
        c.Label(ref l.SetSwap);
        c.@lock.cmpxchg(__dword_ptr[rcx], r11d);
        c.je(done);
        c.cmp(eax, EventWord.Set);
        c.je(done);
        c.mov(eax, (int)_setEventNumber);
        c.jmp(l.Post);
        c.Label(ref l.ResetEvent);
        EmitFindEvent(c, l, r10, ProcessMailboxes.MaySet);
        c.test(rdx, rdx);
        c.jne(l.Post);
        c.and(rcx, WordMask);
        c.cmp(__dword_ptr[rcx + EventWord.LookersOffset], 0);
        c.jne(l.Post);
        c.xor(r11d, r11d);
        c.mov(eax, EventWord.Set);
        c.Label(ref l.ResetSwap);
        c.@lock.cmpxchg(__dword_ptr[rcx], r11d);
        c.je(done);
        c.test(eax, eax);
        c.je(done);
        c.mov(eax, (int)_resetEventNumber);
        c.jmp(l.Post);
        c.Label(ref done);
        c.xor(eax, eax);
        c.ret();
    }

    /// <summary>
    /// NtWaitForSingleObject without alerts: takes an event that is set, and looks for a synchronization event for a while where that has paid before.
    /// </summary>
    private void EmitWaitOne(Assembler c, Labels l)
    {
        Label unset = c.CreateLabel();
        Label look = c.CreateLabel();
        Label again = c.CreateLabel();
        Label leave = c.CreateLabel();
        Label timeout = c.CreateLabel();
        Label tryAgain = c.CreateLabel();
        c.Label(ref l.WaitOne);
        EmitFindEvent(c, l, r10, ProcessMailboxes.MayWait);
        c.test(dl, dl);
        c.jne(l.Post);
        c.mov(r11d, ecx);
        c.and(rcx, WordMask);
        c.cmp(__dword_ptr[rcx], EventWord.Set);
        c.jne(unset);
        c.test(r11b, ProcessMailboxes.ResetsItself);
        c.je(l.WaitOneGot);
        c.@lock.btr(__dword_ptr[rcx], 0);
        c.Label(ref l.FirstTaken);
        c.jc(l.WaitOneGot);
        c.Label(ref unset);
        c.test(__byte_ptr[rcx], EventWord.Held);
        c.jne(l.Post);
        c.test(r8, r8);
        c.je(look);
        c.cmp(__qword_ptr[r8], 0);
        c.je(timeout);
        c.Label(ref look);
        c.test(r11b, ProcessMailboxes.ResetsItself);
        c.je(l.Slow);
        c.mov(r11, __qword_ptr.gs[TebMailbox]);
        c.cmp(__word_ptr[r11 + MailboxSlot.SpinsForEventsOffset], 0);
        c.je(l.Slow);
        c.mov(eax, AlertSpins);
        c.Label(ref again);
        c.cmp(__dword_ptr[rcx], EventWord.Set);
        c.jne(tryAgain);
        c.@lock.btr(__dword_ptr[rcx], 0);
        c.Label(ref l.SecondTaken);
        c.jc(l.WaitOneGot);
        c.Label(ref tryAgain);
        c.test(__byte_ptr[rcx], EventWord.Held);
        c.jne(leave);
        c.pause();
        c.dec(eax);
        c.jne(again);
        c.mov(__word_ptr[r11 + MailboxSlot.HasLookedInVainOffset], 1);
        c.Label(ref leave);
        c.mov(eax, (int)_waitOneNumber);
        c.jmp(l.Slow);
        c.Label(ref timeout);
        c.mov(eax, (int)NtStatus.Timeout.Value);
        c.ret();
        c.Label(ref l.WaitOneGot);
        c.xor(eax, eax);
        c.ret();
    }

    /// <summary>
    /// NtWaitForMultipleObjects for any of at most 8 events, without alerts. RDX: the handles, R10: their number, R9: index, R11: the slots of the
    /// process. Threads that look at a notification event are counted there, so that none misses a short signal.
    /// </summary>
    private void EmitWaitMany(Assembler c, Labels l)
    {
        Label fail = c.CreateLabel();
        Label block = c.CreateLabel();
        Label got = c.CreateLabel();
        Label timeout = c.CreateLabel();
        Label look = c.CreateLabel();
        Label scan = c.CreateLabel();
        Label stop = c.CreateLabel();
        Label found = c.CreateLabel();
        Label lookLoad = c.CreateLabel();
        c.Label(ref l.WaitMany);
        c.lea(ecx, __[r10 - 1]);
        c.cmp(ecx, MaximumGateObjects);
        c.jae(l.Post);
        c.cmp(r8d, 1);
        c.jne(l.Post);
        c.test(r9b, r9b);
        c.jne(l.Post);
        c.mov(r11, __qword_ptr.gs[TebMailbox]);
        c.test(r11, r11);
        c.je(l.Slow);
        c.and(r11, ~SlotsMask);
        EmitScan(c, ref l.WaitManyLoad, got, fail);
        c.Label(ref l.WaitManyNone);
        c.mov(rax, __qword_ptr[rsp + FifthArgument]);
        c.test(rax, rax);
        c.je(look);
        c.cmp(__qword_ptr[rax], 0);
        c.je(timeout);
        c.Label(ref look);
        c.mov(rcx, __qword_ptr.gs[TebMailbox]);
        c.cmp(__word_ptr[rcx + MailboxSlot.SpinsForEventsOffset], 0);
        c.je(block);
        c.Label(ref l.WaitManyLook);
        EmitCountLookers(c, up: true);
        c.mov(r8d, AlertSpins);
        c.Label(ref scan);
        EmitScan(c, ref lookLoad, found, stop);
        c.pause();
        c.dec(r8d);
        c.jne(scan);
        c.mov(rcx, __qword_ptr.gs[TebMailbox]);
        c.mov(__word_ptr[rcx + MailboxSlot.HasLookedInVainOffset], 1);
        c.Label(ref stop);
        c.mov(r9d, -1);
        c.Label(ref found);
        c.mov(r8d, r9d);
        EmitCountLookers(c, up: false);
        c.mov(r9d, r8d);
        c.mov(r8d, 1);
        c.test(r9d, r9d);
        c.js(block);
        c.Label(ref got);
        c.mov(eax, r9d);
        c.ret();
        c.Label(ref timeout);
        c.mov(eax, (int)NtStatus.Timeout.Value);
        c.ret();
        c.Label(ref fail);
        c.xor(r9d, r9d);
        c.mov(eax, (int)_waitManyNumber);
        c.jmp(l.Post);
        c.Label(ref block);
        c.xor(r9d, r9d);
        c.mov(eax, (int)_waitManyNumber);
        c.jmp(l.Slow);
    }

    /// <summary>RCX = the map's entry of a handle, R11 = the slots; any other way than to an event with the right leads to the host.</summary>
    private static void EmitFindEvent(Assembler c, Labels l, AssemblerRegister64 handle, int right)
    {
        c.mov(r11, __qword_ptr.gs[TebMailbox]);
        c.test(r11, r11);
        c.je(l.Slow);
        c.and(r11, ~SlotsMask);
        c.test(handle, 3);
        c.jne(l.Post);
        c.cmp(handle, ProcessMailboxes.MappedHandles);
        c.jae(l.Post);
        c.mov(rcx, __qword_ptr[r11 + (handle * 2) + ProcessMailboxes.HandleMapOffset]);
        c.test(cl, (sbyte)right);
        c.je(l.Post);
    }

    /// <summary>Looks at all events once, lowest index first: R9 = the index of one that was taken, at <paramref name="taken"/>. RAX and RCX are used up.</summary>
    private static void EmitScan(Assembler c, ref Label load, Label taken, Label failed)
    {
        Label skip = c.CreateLabel();
        c.xor(r9d, r9d);
        c.Label(ref load);
        c.mov(rcx, __qword_ptr[rdx + (r9 * 8)]);
        c.test(cl, 3);
        c.jne(failed);
        c.cmp(rcx, ProcessMailboxes.MappedHandles);
        c.jae(failed);
        c.mov(rax, __qword_ptr[r11 + (rcx * 2) + ProcessMailboxes.HandleMapOffset]);
        c.test(al, ProcessMailboxes.MayWait);
        c.je(failed);
        c.mov(rcx, rax);
        c.and(rcx, WordMask);
        c.cmp(__dword_ptr[rcx], EventWord.Clear);
        c.je(skip);
        c.cmp(__dword_ptr[rcx], EventWord.Held);
        c.je(failed);
        c.test(al, ProcessMailboxes.ResetsItself);
        c.je(taken);
        c.@lock.btr(__dword_ptr[rcx], 0);
        c.jc(taken);
        c.Label(ref skip);
        c.inc(r9d);
        c.cmp(r9d, r10d);
        c.jb(load);
    }

    private static void EmitCountLookers(Assembler c, bool up)
    {
        Label next = c.CreateLabel();
        Label skip = c.CreateLabel();
        c.xor(r9d, r9d);
        c.Label(ref next);
        c.mov(rcx, __qword_ptr[rdx + (r9 * 8)]);
        c.cmp(rcx, ProcessMailboxes.MappedHandles);
        c.jae(skip);
        c.mov(rax, __qword_ptr[r11 + (rcx * 2) + ProcessMailboxes.HandleMapOffset]);
        c.test(rax, rax);
        c.je(skip);
        c.test(al, ProcessMailboxes.ResetsItself);
        c.jne(skip);
        c.and(rax, WordMask);
        if (up)
        {
            c.@lock.inc(__dword_ptr[rax + EventWord.LookersOffset]);
        }
        else
        {
            c.@lock.dec(__dword_ptr[rax + EventWord.LookersOffset]);
        }
        c.Label(ref skip);
        c.inc(r9d);
        c.cmp(r9d, r10d);
        c.jb(next);
    }
}
