using Iced.Intel;
using PortableVirt.Emulation.Exceptions;
using PortableVirt.Emulation.Threads;
using static Iced.Intel.AssemblerRegisters;

namespace PortableVirt.Emulation.Mailbox;

/// <summary>
/// APCs that a thread queues to itself and takes at its next alertable delay, the only one in its queue (<see cref="ApcRecord"/>). The frame is the one of
/// <see cref="NtThread.DeliverPendingApc"/>.
/// </summary>
internal sealed partial class UserGate
{
    /// <summary>NtQueueApcThread to the calling thread.</summary>
    private void EmitQueueApc(Assembler c, Labels l)
    {
        c.Label(ref l.QueueApc);
        c.cmp(r10, (int)(long)Objects.Handle.CurrentThread.Value);
        c.jne(l.Post);
        EmitFindApcRecord(c, l);
        c.cmp(__dword_ptr[r11], ApcRecord.Empty);
        c.jne(l.Post);
        c.mov(rax, __qword_ptr[rsp + FifthArgument]);
        c.mov(__qword_ptr[r11 + ApcRecord.RoutineOffset], rdx);
        c.mov(__qword_ptr[r11 + ApcRecord.RoutineOffset + 8], r8);
        c.mov(__qword_ptr[r11 + ApcRecord.RoutineOffset + 16], r9);
        c.mov(__qword_ptr[r11 + ApcRecord.RoutineOffset + 24], rax);
        c.mov(ecx, ApcRecord.Full);
        c.xor(eax, eax);
        c.Label(ref l.QueueSwap);
        c.@lock.cmpxchg(__dword_ptr[r11], ecx);
        c.mov(eax, (int)_queueApcNumber);
        c.jne(l.Post);
        c.xor(eax, eax);
        c.ret();
    }

    /// <summary>NtDelayExecution, alertable, with an APC in the record. Up to <see cref="Labels.ApcSwap"/> nothing has happened.</summary>
    private void EmitDelay(Assembler c, Labels l)
    {
        Label lost = c.CreateLabel();
        c.Label(ref l.Delay);
        c.test(r10b, r10b);
        c.je(l.Post);
        EmitFindApcRecord(c, l);
        c.cmp(__dword_ptr[r11], ApcRecord.Full);
        c.jne(l.Post);
        c.lea(rcx, __[rsp + 8 - NtThread.ApcStackGap]);
        c.and(rcx, -16);
        c.sub(rcx, GuestContext.Size);
        c.mov(rax, __qword_ptr[rsp]);
        c.mov(__qword_ptr[rcx + 0xf8], rax);
        c.mov(__qword_ptr[rcx + 0x80], rax);
        c.lea(rax, __[rsp + 8]);
        c.mov(__qword_ptr[rcx + 0x98], rax);
        c.mov(__qword_ptr[rcx + 0x78], (int)NtStatus.UserApc.Value);
        (AssemblerRegister64 Register, int Offset)[] registers =
        [
            (rdx, 0x88), (rbx, 0x90), (rbp, 0xa0), (rsi, 0xa8), (rdi, 0xb0), (r8, 0xb8), (r9, 0xc0), (r10, 0xc8), (r11, 0xd0),
            (r12, 0xd8), (r13, 0xe0), (r14, 0xe8), (r15, 0xf0),
        ];
        foreach ((AssemblerRegister64 register, int offset) in registers)
        {
            c.mov(__qword_ptr[rcx + offset], register);
        }
        c.mov(__dword_ptr[rcx + 0x30], (int)GuestContext.All);
        c.mov(__dword_ptr[rcx + 0x38], 0x002b_0033);
        c.mov(__dword_ptr[rcx + 0x3c], 0x0053_002b);
        c.mov(__dword_ptr[rcx + 0x40], 0x002b_002b);
        c.mov(__dword_ptr[rcx + 0x44], 0x202);
        c.fxsave(__[rcx + 0x100]);
        c.mov(eax, __dword_ptr[rcx + 0x118]);
        c.mov(__dword_ptr[rcx + 0x34], eax);
        c.mov(rax, __qword_ptr[r11 + ApcRecord.RoutineOffset]);
        c.mov(__qword_ptr[rcx - NtThread.ApcContextOffset + NtThread.ApcRoutineOffset], rax);
        c.Label(ref l.ApcSwap);
        c.@lock.btr(__dword_ptr[r11], 0);
        c.jnc(lost);
        c.lea(rsp, __[rcx - NtThread.ApcContextOffset]);
        c.mov(rdx, __qword_ptr[r11 + ApcRecord.RoutineOffset + 8]);
        c.mov(r8, __qword_ptr[r11 + ApcRecord.RoutineOffset + 16]);
        c.mov(r9, __qword_ptr[r11 + ApcRecord.RoutineOffset + 24]);
        c.jmp(__qword_ptr[r11 + ApcRecord.DispatcherOffset]);
        c.Label(ref lost);
        c.mov(eax, (int)_delayNumber);
        c.jmp(l.Post);
    }

    /// <summary>R11 = the calling thread's record; RCX is used up.</summary>
    private static void EmitFindApcRecord(Assembler c, Labels l)
    {
        c.mov(r11, __qword_ptr.gs[TebMailbox]);
        c.test(r11, r11);
        c.je(l.Slow);
        c.movzx(ecx, r11w);
        c.sub(r11, rcx);
        c.shr(ecx, SlotShift - ApcRecordShift);
        c.lea(r11, __[r11 + rcx + ProcessMailboxes.ApcRecordsOffset]);
    }
}
