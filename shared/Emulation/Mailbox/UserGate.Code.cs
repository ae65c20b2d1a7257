using Iced.Intel;
using PortableVirt.Emulation.Exceptions;
using static Iced.Intel.AssemblerRegisters;

namespace PortableVirt.Emulation.Mailbox;

/// <summary>The calls that the gate answers itself. Offsets in CONTEXT: winnt.h.</summary>
internal sealed partial class UserGate
{
    private const int Frame = MailboxSlot.FrameOffset;
    private const int CpuFlags = 0x25_0dd5 & ~0x100;
    private const int TrapFlag = 0x100;
    private const int Frequency = 10_000_000;

    /// <summary>No two addresses in ntdll are further apart (libwine 8.0: 0.7 MiB).</summary>
    private const int NtdllReach = 1 << 20;

    /// <summary>NtQueryPerformanceCounter and NtQuerySystemTime. A bad pointer faults here; the host then makes it a system call.</summary>
    private static void EmitTimes(Assembler c, Labels l)
    {
        c.Label(ref l.Counter);
        c.mov(rcx, rdx);
        EmitTime(c, l, TimeInterrupt);
        c.mov(__qword_ptr[r10], rax);
        c.test(rcx, rcx);
        Label done = c.CreateLabel();
        c.je(done);
        c.mov(__qword_ptr[rcx], Frequency);
        c.Label(ref done);
        c.xor(eax, eax);
        c.ret();
        c.Label(ref l.Time);
        Label usual = c.CreateLabel();
        c.cmp(__dword_ptr[PageAddress + TimeHasPaused], 0);
        c.je(usual);
        // ntdll's own calls ask for the pool's time: the host answers those. The two words are the stub's and its caller's return address.
        c.mov(r11, __qword_ptr[rsp + 8]);
        c.sub(r11, __qword_ptr[rsp]);
        c.add(r11, NtdllReach);
        c.cmp(r11, 2 * NtdllReach);
        c.jb(l.Slow);
        c.Label(ref usual);
        c.mov(rcx, rdx);
        EmitTime(c, l, TimeSystem);
        c.mov(__qword_ptr[r10], rax);
        c.xor(eax, eax);
        c.ret();
    }

    /// <summary>
    /// RAX = the time of the base + elapsed counts * rate / 2^32; RDX and R11 are used up. Without a base: on as for any other call, all registers
    /// still being the caller's.
    /// </summary>
    private static void EmitTime(Assembler c, Labels l, int field)
    {
        Label again = c.CreateLabel();
        c.Label(ref again);
        c.mov(r11d, __dword_ptr[PageAddress + TimeSequence]);
        c.test(r11d, r11d);
        c.je(l.Post);
        c.test(r11d, 1);
        c.jne(again);
        c.lfence();
        c.rdtsc();
        c.shl(rdx, 32);
        c.or(rax, rdx);
        c.xor(edx, edx);
        c.sub(rax, Field(TimeCounter));
        c.cmovs(rax, rdx);
        c.mul(Field(TimeRate));
        c.shrd(rax, rdx, 32);
        c.add(rax, Field(field));
        c.cmp(r11d, __dword_ptr[PageAddress + TimeSequence]);
        c.jne(again);
    }

    /// <summary>
    /// NtContinue, with its alert flag only when no APC is queued, for a context with control, integer and floating-point parts and no others but segments: the return from an
    /// exception handler and the end of an unwinding. Up to <see cref="Labels.Load"/> any doubt leads to the system call, and until the last
    /// instruction R10 still holds the context, so that the host can start it again.
    /// </summary>
    private void EmitContinue(Assembler c, Labels l)
    {
        Label noAlert = c.CreateLabel();
        c.Label(ref l.Continue);
        c.test(r10b, 15);
        c.jne(l.Slow);
        c.test(dl, dl);
        c.je(noAlert);
        EmitFindApcRecord(c, l);
        c.cmp(__dword_ptr[r11], ApcRecord.Empty);
        c.jne(l.Slow);
        c.Label(ref noAlert);
        c.mov(r11, __qword_ptr.gs[TebMailbox]);
        c.test(r11, r11);
        c.je(l.Slow);
        c.mov(ecx, __dword_ptr[r10 + 0x30]);
        c.and(ecx, unchecked((int)~((GuestContext.Segments | (_hasAvx ? GuestContext.XState : 0)) & ~GuestContext.Amd64)));
        c.cmp(ecx, (int)(GuestContext.Control | GuestContext.Integer | GuestContext.FloatingPoint));
        c.jne(l.Slow);
        c.cmp(__word_ptr[r10 + 0x38], 0x33);
        c.jne(l.Slow);
        c.test(__dword_ptr[r10 + 0x44], TrapFlag);
        c.jne(l.Slow);
        c.mov(rcx, __qword_ptr[r10 + 0xf8]);
        c.shr(rcx, 47);
        c.jne(l.Slow);
        c.mov(ecx, __dword_ptr[r10 + 0x34]);
        c.cmp(ecx, __dword_ptr[r10 + 0x118]);
        c.jne(l.Slow);
        c.test(ecx, unchecked((int)0xffff0000));
        c.jne(l.Slow);
        c.mov(rcx, __qword_ptr[r10 + 0x2f8]);
        c.mov(rcx, __qword_ptr[r10 + 0xf8]);
        c.mov(__qword_ptr[r11 + Frame], rcx);
        c.mov(__qword_ptr[r11 + Frame + 8], 0x33);
        c.mov(ecx, __dword_ptr[r10 + 0x44]);
        c.and(ecx, CpuFlags);
        c.or(ecx, 0x202);
        c.mov(__qword_ptr[r11 + Frame + 16], rcx);
        c.mov(rcx, __qword_ptr[r10 + 0x98]);
        c.mov(__qword_ptr[r11 + Frame + 24], rcx);
        c.mov(__qword_ptr[r11 + Frame + 32], 0x2b);
        if (_hasAvx)
        {
            EmitAvxReset(c, l);
        }
        c.Label(ref l.Load);
        c.fxrstor(__[r10 + 0x100]);
        (AssemblerRegister64 Register, int Offset)[] registers =
        [
            (rax, 0x78), (rcx, 0x80), (rdx, 0x88), (rbx, 0x90), (rbp, 0xa0), (rsi, 0xa8), (rdi, 0xb0), (r8, 0xb8), (r9, 0xc0),
            (r12, 0xd8), (r13, 0xe0), (r14, 0xe8), (r15, 0xf0),
        ];
        foreach ((AssemblerRegister64 register, int offset) in registers)
        {
            c.mov(register, __qword_ptr[r10 + offset]);
        }
        c.lea(rsp, __[r11 + Frame]);
        c.mov(r11, __qword_ptr[r10 + 0xd0]);
        c.mov(r10, __qword_ptr[r10 + 0xc8]);
        c.Label(ref l.Enter);
        c.iretq();
        c.Label(ref l.Restart);
        c.mov(eax, (int)_continueNumber);
        c.xor(edx, edx);
        c.syscall();
        c.ud2();
    }

    /// <summary>A context with CONTEXT_XSTATE whose AVX registers are in their initial state, as in programs that use none; others take the system call.</summary>
    private static void EmitAvxReset(Assembler c, Labels l)
    {
        Label done = c.CreateLabel();
        c.test(__dword_ptr[r10 + 0x30], (int)(GuestContext.XState & ~GuestContext.Amd64));
        c.je(done);
        c.movsxd(rcx, __dword_ptr[r10 + 0x4e0]);
        c.cmp(__qword_ptr[r10 + rcx + 0x4d0], 0);
        c.jne(l.Slow);
        c.test(__byte_ptr[r10 + rcx + 0x4d8], (int)XStateArea.Avx);
        c.je(l.Slow);
        c.vzeroupper();
        c.Label(ref done);
        c.nop();
    }
}
