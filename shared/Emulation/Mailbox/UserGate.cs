using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Iced.Intel;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using static Iced.Intel.AssemblerRegisters;

namespace PortableVirt.Emulation.Mailbox;

/// <summary>
/// The gate in user mode, where the stubs of ntdll and win32u go while KUSER_SHARED_DATA.SystemCall is 1 (<c>call [7FFE1000h]</c>, libwine 8.0). It
/// answers what needs no host (times, the return from an exception, alerts and events between threads that are awake, APCs to oneself), posts what <see cref="MailboxService"/> can answer, and leaves the rest to the
/// <c>syscall</c> in the stub. It is ordinary code of the program: nothing depends on the program leaving it alone.
/// </summary>
internal sealed partial class UserGate
{
    /// <summary>Where the code lies, behind the unix-call gate.</summary>
    public const ulong CodeAddress = SharedUserData.GateAddress + 0x100;

    /// <summary>Field of the TEB with the guest address of the thread's mailbox: in GdiTebBatch, which libwine's PE side does not use.</summary>
    public const int TebMailbox = 0x7c0;

    private const ulong PageAddress = SharedUserData.Address + 0x1000;
    private const int DispatcherField = 0;
    private const int TimeSequence = 0x40;
    private const int TimeCounter = 0x48;
    private const int TimeInterrupt = 0x50;
    private const int TimeSystem = 0x58;
    private const int TimeRate = 0x60;
    private const int TimeHasPaused = 0x68;
    private const int PostableMap = 0x800;

    /// <summary>How often the gate looks for an answer before it makes the system call: about 60 us, twice the cost of an exit.</summary>
    private const int Spins = 2000;

    /// <summary>How often the gate looks for an alert before the thread blocks: about 100 us, in which a blocked thread can wake and answer.</summary>
    private const int AlertSpins = 4000;

    private readonly uint _counterNumber;
    private readonly uint _timeNumber;
    private readonly uint _continueNumber;
    private readonly uint _alertNumber;
    private readonly uint _waitNumber;
    private readonly uint _setEventNumber;
    private readonly uint _resetEventNumber;
    private readonly uint _waitOneNumber;
    private readonly uint _waitManyNumber;
    private readonly uint _queueApcNumber;
    private readonly uint _delayNumber;
    private readonly byte[] _postable;
    private readonly bool _hasAvx;

    private UserGate(ReadOnlySpan<uint> numbers, byte[] postable, bool hasAvx)
    {
        _hasAvx = hasAvx;
        (_counterNumber, _timeNumber, _continueNumber, _alertNumber, _waitNumber) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
        (_setEventNumber, _resetEventNumber, _waitOneNumber, _waitManyNumber) = (numbers[5], numbers[6], numbers[7], numbers[8]);
        (_queueApcNumber, _delayNumber) = (numbers[9], numbers[10]);
        _postable = postable;
        Code = Assemble();
    }

    /// <summary>The machine code for <see cref="CodeAddress"/>.</summary>
    public byte[] Code { get; }

    /// <summary>Makes the gate for the numbers of the DLLs in use; null when their stubs do not call through the pointer as libwine 8.0's do.</summary>
    public static UserGate? TryCreate(SyscallDispatcher dispatcher, bool hasAvx)
    {
        string[] own =
        [
            "NtQueryPerformanceCounter", "NtQuerySystemTime", "NtContinue", "NtAlertThreadByThreadId", "NtWaitForAlertByThreadId",
            "NtSetEvent", "NtResetEvent", "NtWaitForSingleObject", "NtWaitForMultipleObjects", "NtQueueApcThread", "NtDelayExecution",
        ];
        Span<uint> numbers = stackalloc uint[own.Length];
        for (int i = 0; i < own.Length; i++)
        {
            if (!dispatcher.StubsCallThroughPointer || !dispatcher.TryGetNumber(own[i], out numbers[i]))
            {
                return null;
            }
        }
        byte[] postable = new byte[SyscallNumbers.TableCount * SyscallNumbers.TableSize / 8];
        foreach (string name in PostableCalls.Names)
        {
            if (dispatcher.TryGetNumber(name, out uint number))
            {
                postable[number / 8] |= (byte)(1 << (int)(number % 8));
            }
        }
        return new UserGate(numbers, postable, hasAvx);
    }

    /// <summary>True when the gate posts this call.</summary>
    public bool IsPostable(uint number) => number / 8 < (uint)_postable.Length && (_postable[number / 8] & (1 << (int)(number % 8))) != 0;

    /// <summary>
    /// True when such calls in quick succession are a reason to look at the mailbox. Alerts are not: two threads that alert each other need both
    /// processors of a small machine for themselves.
    /// </summary>
    public bool IsWorthListening(uint number) => IsPostable(number) && number != _alertNumber && number != _waitNumber;

    /// <summary>Fills the page behind KUSER_SHARED_DATA: the pointer that the stubs call through and the map of calls that may be posted.</summary>
    public void FillPage(Span<byte> page)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(page[DispatcherField..], CodeAddress);
        _postable.CopyTo(page[PostableMap..]);
    }

    /// <summary>Publishes a new time base. Readers retry while the sequence is odd or changes; 0 means that there is none yet.</summary>
    /// <param name="page">The page behind KUSER_SHARED_DATA.</param>
    /// <param name="time">The base.</param>
    /// <param name="hasPaused">The VM has been paused before: the thread pool's time is another than system time.</param>
    public static void WriteTime(Span<byte> page, TimeBase time, bool hasPaused)
    {
        BinaryPrimitives.WriteInt32LittleEndian(page[TimeHasPaused..], hasPaused ? 1 : 0);
        ref uint sequence = ref Unsafe.As<byte, uint>(ref page[TimeSequence]);
        uint next = Math.Max(sequence + 2, 2);
        Volatile.Write(ref sequence, next | 1);
        Thread.MemoryBarrier();
        BinaryPrimitives.WriteUInt64LittleEndian(page[TimeCounter..], time.Counter);
        BinaryPrimitives.WriteInt64LittleEndian(page[TimeInterrupt..], time.InterruptTime);
        BinaryPrimitives.WriteInt64LittleEndian(page[TimeSystem..], time.SystemTime);
        BinaryPrimitives.WriteUInt64LittleEndian(page[TimeRate..], time.Rate);
        Volatile.Write(ref sequence, next);
    }

    private static AssemblerMemoryOperand Field(int offset) => __qword_ptr[PageAddress + (ulong)offset];

    private byte[] Assemble()
    {
        Assembler c = new(64);
        Labels l = new(c);
        c.cmp(eax, (int)_counterNumber);
        c.je(l.Counter);
        c.cmp(eax, (int)_timeNumber);
        c.je(l.Time);
        c.cmp(eax, (int)_continueNumber);
        c.je(l.Continue);
        c.cmp(eax, (int)_alertNumber);
        c.je(l.Alert);
        c.cmp(eax, (int)_waitNumber);
        c.je(l.Wait);
        c.cmp(eax, (int)_setEventNumber);
        c.je(l.SetEvent);
        c.cmp(eax, (int)_waitOneNumber);
        c.je(l.WaitOne);
        c.cmp(eax, (int)_resetEventNumber);
        c.je(l.ResetEvent);
        c.cmp(eax, (int)_waitManyNumber);
        c.je(l.WaitMany);
        c.cmp(eax, (int)_queueApcNumber);
        c.je(l.QueueApc);
        c.cmp(eax, (int)_delayNumber);
        c.je(l.Delay);
        EmitPost(c, l);
        EmitSlow(c, l);
        EmitTimes(c, l);
        EmitContinue(c, l);
        EmitAlert(c, l);
        EmitWait(c, l);
        EmitChange(c, l);
        EmitWaitOne(c, l);
        EmitWaitMany(c, l);
        EmitQueueApc(c, l);
        EmitDelay(c, l);
        using MemoryStream stream = new();
        AssemblerResult result = c.Assemble(new StreamCodeWriter(stream), CodeAddress, BlockEncoderOptions.ReturnNewInstructionOffsets);
        Locate(result, l);
        return stream.ToArray();
    }

    /// <summary>Posts the call and waits for the answer. RCX and R11 are free: a <c>syscall</c> destroys them as well, and RCX's argument is in R10.</summary>
    private static void EmitPost(Assembler c, Labels l)
    {
        c.Label(ref l.Post);
        c.mov(r11, __qword_ptr.gs[TebMailbox]);
        c.test(r11, r11);
        c.je(l.Slow);
        c.cmp(__dword_ptr[r11 + MailboxSlot.ListeningOffset], 0);
        c.je(l.Slow);
        c.cmp(eax, SyscallNumbers.TableCount * SyscallNumbers.TableSize);
        c.jae(l.Slow);
        c.bt(__dword_ptr[PageAddress + PostableMap], eax);
        c.jnc(l.Slow);
        c.mov(__qword_ptr[r11 + MailboxSlot.RaxOffset], rax);
        c.mov(__qword_ptr[r11 + MailboxSlot.RaxOffset + 8], r10);
        c.mov(__qword_ptr[r11 + MailboxSlot.RaxOffset + 16], rdx);
        c.mov(__qword_ptr[r11 + MailboxSlot.RaxOffset + 24], r8);
        c.mov(__qword_ptr[r11 + MailboxSlot.RaxOffset + 32], r9);
        c.mov(__qword_ptr[r11 + MailboxSlot.RaxOffset + 40], rsp);
        c.mov(ecx, Spins);
        c.mov(__dword_ptr[r11], MailboxSlot.Posted);
        Label spin = c.CreateLabel();
        c.Label(ref spin);
        c.cmp(__dword_ptr[r11], MailboxSlot.Answered);
        c.je(l.Done);
        c.ja(l.Slow);
        c.pause();
        c.dec(ecx);
        c.jne(spin);
        c.jmp(l.Slow);
        c.Label(ref l.Done);
        c.mov(rax, __qword_ptr[r11 + MailboxSlot.ResultOffset]);
        c.Label(ref l.Taken);
        c.mov(__dword_ptr[r11], MailboxSlot.Idle);
        c.Label(ref l.Return);
        c.ret();
    }

    /// <summary>Goes to the stub's own <c>syscall; ret</c>, which stands 13 bytes before the address behind its call.</summary>
    private static void EmitSlow(Assembler c, Labels l)
    {
        c.Label(ref l.Slow);
        c.pop(rcx);
        c.sub(rcx, SyscallNumbers.SyscallBeforeReturn);
        c.jmp(rcx);
    }
}
