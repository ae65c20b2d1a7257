using Iced.Intel;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Mailbox;

/// <summary>
/// What becomes of a thread that is stopped inside the gate: its registers are made those of an instruction boundary that any context can be
/// captured and continued at, with nothing left in the mailbox.
/// </summary>
internal sealed partial class UserGate
{
    private const int FrameWords = 5;
    private const ulong CarryFlag = 1;
    private ulong _post;
    private ulong _taken;
    private ulong _return;
    private ulong _slow;
    private ulong _counter;
    private ulong _time;
    private ulong _continue;
    private ulong _load;
    private ulong _enter;
    private ulong _restart;
    private ulong _woken;
    private ulong _wait;
    private ulong _swap;
    private ulong _alert;
    private ulong _setEvent;
    private ulong _setSwap;
    private ulong _resetEvent;
    private ulong _resetSwap;
    private ulong _waitOne;
    private ulong _waitOneGot;
    private ulong _firstTaken;
    private ulong _secondTaken;
    private ulong _waitManyLoad;
    private ulong _waitManyNone;
    private ulong _waitManyLook;
    private ulong _queueApc;
    private ulong _queueSwap;
    private ulong _delay;
    private ulong _apcSwap;

    /// <summary>Settles a thread that left guest mode for something else than a system call, before anybody sees its registers.</summary>
    /// <returns>True when the thread was moved: an exception that it had in the gate is void, since it goes another way now.</returns>
    public bool Settle(NtThread thread, ref UserRegisters registers)
    {
        ulong rip = registers.Rip;
        if (rip < _post || rip > _apcSwap)
        {
            return false;
        }
        if (rip > _woken)
        {
            SettleEvents(ref registers);
            return registers.Rip != rip;
        }
        if (rip >= _post && rip < _taken)
        {
            ulong result = 0;
            bool answered = thread.Mailbox?.TryTakeAnswer((uint)registers.Rax, out result) == true;
            (registers.Rip, registers.Rax) = answered ? (_return, result) : (_slow, registers.Rax);
            thread.Mailbox?.Cancel();
        }
        else if (rip == _taken)
        {
            registers.Rip = _return;
            thread.Mailbox?.Cancel();
        }
        else if (rip >= _continue && rip < _load)
        {
            (registers.Rip, registers.Rax) = (_slow, _continueNumber);
        }
        else if (rip >= _load && rip < _enter)
        {
            registers.Rip = _restart;
        }
        else if (rip == _enter)
        {
            FinishContinue(thread, ref registers);
        }
        else if (rip >= _alert && rip <= _swap)
        {
            (registers.Rip, registers.Rax) = (_slow, _alertNumber);
        }
        else if (rip >= _wait && rip <= _woken)
        {
            bool alerted = thread.Mailbox?.EndWatch() == true;
            (registers.Rip, registers.Rax) = alerted ? (_return, NtStatus.Alerted.Value) : (_slow, _waitNumber);
        }
        return registers.Rip != rip;
    }

    /// <summary>
    /// A fault of the gate's own accesses to the program's pointers: the call is made again as a system call, which has a status for it. False when
    /// the fault was not there.
    /// </summary>
    public bool TryRetryAsCall(ref UserRegisters registers)
    {
        ulong rip = registers.Rip;
        if (rip < _counter || rip >= _continue)
        {
            return false;
        }
        registers.Rax = rip < _time ? _counterNumber : _timeNumber;
        registers.Rdx = registers.Rcx;
        registers.Rip = _slow;
        return true;
    }

    /// <summary>
    /// Waits and changes that have not happened yet begin again as system calls. A wait that has its event is over; one that looks at several events goes
    /// on where it is, since it has to take back what it counted.
    /// </summary>
    private void SettleEvents(ref UserRegisters registers)
    {
        ulong rip = registers.Rip;
        if (rip >= _setEvent && rip <= _setSwap)
        {
            (registers.Rip, registers.Rax) = (_slow, _setEventNumber);
        }
        else if (rip >= _resetEvent && rip <= _resetSwap)
        {
            (registers.Rip, registers.Rax) = (_slow, _resetEventNumber);
        }
        else if (rip >= _waitOne && rip < _waitOneGot)
        {
            bool taken = (rip == _firstTaken || rip == _secondTaken) && (registers.RFlags & CarryFlag) != 0;
            (registers.Rip, registers.Rax) = taken ? (_return, 0ul) : (_slow, _waitOneNumber);
        }
        else if (rip == _waitManyLoad || (rip >= _waitManyNone && rip <= _waitManyLook))
        {
            (registers.Rip, registers.Rax, registers.R9) = (_slow, _waitManyNumber, 0);
        }
        else if (rip >= _queueApc && rip <= _queueSwap)
        {
            (registers.Rip, registers.Rax) = (_slow, _queueApcNumber);
        }
        else if (rip >= _delay && rip <= _apcSwap)
        {
            (registers.Rip, registers.Rax) = (_slow, _delayNumber);
        }
    }

    private static void FinishContinue(NtThread thread, ref UserRegisters registers)
    {
        Span<ulong> frame = stackalloc ulong[FrameWords];
        if (thread.Memory.TryRead(new GuestPointer(registers.Rsp), System.Runtime.InteropServices.MemoryMarshal.AsBytes(frame)))
        {
            (registers.Rip, registers.RFlags, registers.Rsp) = (frame[0], frame[2], frame[3]);
        }
    }

    private void Locate(in AssemblerResult result, Labels l)
    {
        _post = result.GetLabelRIP(l.Post);
        _taken = result.GetLabelRIP(l.Taken);
        _return = result.GetLabelRIP(l.Return);
        _slow = result.GetLabelRIP(l.Slow);
        _counter = result.GetLabelRIP(l.Counter);
        _time = result.GetLabelRIP(l.Time);
        _continue = result.GetLabelRIP(l.Continue);
        _load = result.GetLabelRIP(l.Load);
        _enter = result.GetLabelRIP(l.Enter);
        _restart = result.GetLabelRIP(l.Restart);
        _woken = result.GetLabelRIP(l.Woken);
        _wait = result.GetLabelRIP(l.Wait);
        _swap = result.GetLabelRIP(l.Swap);
        _alert = result.GetLabelRIP(l.Alert);
        _setEvent = result.GetLabelRIP(l.SetEvent);
        _setSwap = result.GetLabelRIP(l.SetSwap);
        _resetEvent = result.GetLabelRIP(l.ResetEvent);
        _resetSwap = result.GetLabelRIP(l.ResetSwap);
        _waitOne = result.GetLabelRIP(l.WaitOne);
        _waitOneGot = result.GetLabelRIP(l.WaitOneGot);
        _firstTaken = result.GetLabelRIP(l.FirstTaken);
        _secondTaken = result.GetLabelRIP(l.SecondTaken);
        _waitManyLoad = result.GetLabelRIP(l.WaitManyLoad);
        _waitManyNone = result.GetLabelRIP(l.WaitManyNone);
        _waitManyLook = result.GetLabelRIP(l.WaitManyLook);
        _queueApc = result.GetLabelRIP(l.QueueApc);
        _queueSwap = result.GetLabelRIP(l.QueueSwap);
        _delay = result.GetLabelRIP(l.Delay);
        _apcSwap = result.GetLabelRIP(l.ApcSwap);
    }

    private sealed class Labels(Assembler assembler)
    {
        public Label Post = assembler.CreateLabel();
        public Label Done = assembler.CreateLabel();
        public Label Taken = assembler.CreateLabel();
        public Label Return = assembler.CreateLabel();
        public Label Slow = assembler.CreateLabel();
        public Label Counter = assembler.CreateLabel();
        public Label Time = assembler.CreateLabel();
        public Label Continue = assembler.CreateLabel();
        public Label Load = assembler.CreateLabel();
        public Label Enter = assembler.CreateLabel();
        public Label Restart = assembler.CreateLabel();
        public Label Woken = assembler.CreateLabel();
        public Label Wait = assembler.CreateLabel();
        public Label Swap = assembler.CreateLabel();
        public Label Alert = assembler.CreateLabel();
        public Label SetEvent = assembler.CreateLabel();
        public Label SetSwap = assembler.CreateLabel();
        public Label ResetEvent = assembler.CreateLabel();
        public Label ResetSwap = assembler.CreateLabel();
        public Label WaitOne = assembler.CreateLabel();
        public Label WaitOneGot = assembler.CreateLabel();
        public Label FirstTaken = assembler.CreateLabel();
        public Label SecondTaken = assembler.CreateLabel();
        public Label WaitMany = assembler.CreateLabel();
        public Label WaitManyLoad = assembler.CreateLabel();
        public Label WaitManyNone = assembler.CreateLabel();
        public Label WaitManyLook = assembler.CreateLabel();
        public Label QueueApc = assembler.CreateLabel();
        public Label QueueSwap = assembler.CreateLabel();
        public Label Delay = assembler.CreateLabel();
        public Label ApcSwap = assembler.CreateLabel();
    }
}
