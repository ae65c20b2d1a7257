using System.Diagnostics;
using PortableVirt.Emulation.Mailbox;
using PortableVirt.Emulation.Sync;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Threads;

/// <summary>Calls that come through the mailbox instead of by an exit.</summary>
public sealed partial class NtThread
{
    /// <summary>System calls after which a thread gets a mailbox.</summary>
    private const int CallsBeforeMailbox = 64;

    /// <summary>Postable calls in a row, each within <see cref="ShortGap"/> of the last, after which posting pays.</summary>
    private const int Streak = 8;

    private static readonly long _shortGap = Stopwatch.Frequency / 20_000;

    private UserRegisters _postedRegisters;
    private long _lastCall;
    private int _calls;
    private int _streak;

    /// <summary>The mailbox, once the thread has one. Set by the thread itself.</summary>
    internal CallMailbox? Mailbox { get; private set; }

    /// <summary>True while the service thread handles a call of this thread: it must not block, and the vCPU is in guest mode.</summary>
    internal bool IsPosted { get; private set; }

    /// <summary>Registers of the call in progress.</summary>
    private ref UserRegisters CallRegisters => ref IsPosted ? ref _postedRegisters : ref Cpu!.Registers;

    /// <summary>Handles a posted call on the service thread. False when it must come as a system call.</summary>
    internal bool TryCallPosted(in UserRegisters registers, out ulong result)
    {
        _postedRegisters = registers;
        IsPosted = true;
        try
        {
            result = Executive.Syscalls.Invoke(this, (uint)registers.Rax);
            return (uint)result != NtStatus.MustExit.Value && (uint)result != NtStatus.UserApc.Value;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Executive.Report.InternalError(this, e);
            Process.RequestEnd(NtStatus.InternalError);
            result = NtStatus.InternalError.Value;
            return true;
        }
        finally
        {
            IsPosted = false;
        }
    }

    /// <summary>The result of a system call that came by an exit: the service's, when it has answered in the meantime.</summary>
    private ulong Call(uint number)
    {
        if (Mailbox is { } mailbox)
        {
            if (mailbox.TryTakeAnswer(number, out ulong answer))
            {
                mailbox.Cancel();
                return answer;
            }
            if (mailbox.Cancel())
            {
                Executive.Mailboxes.NoteMiss(mailbox);
            }
        }
        else if (++_calls >= CallsBeforeMailbox)
        {
            OpenMailbox();
        }
        NoteStreak(number);
        ulong result = Executive.Syscalls.Invoke(this, number);
        _lastCall = Stopwatch.GetTimestamp();
        return result;
    }

    private void NoteStreak(uint number)
    {
        bool counts = Executive.SharedData.Gate?.IsWorthListening(number) == true && Stopwatch.GetTimestamp() - _lastCall < _shortGap;
        _streak = counts ? _streak + 1 : 0;
        if (_streak >= Streak && Mailbox is { IsListening: false } mailbox)
        {
            Executive.Mailboxes.Listen(mailbox);
        }
    }

    private void OpenMailbox()
    {
        if (Executive.SharedData.Gate is not null)
        {
            _calls = int.MinValue;
            CallMailbox? mailbox = Process.Mailboxes.TryOpen(this);
            lock (Executive.Dispatcher.Lock)
            {
                Mailbox = mailbox;
                LeaveApcsToGate();
            }
        }
    }

    private void CloseMailbox()
    {
        if (Mailbox is { } mailbox)
        {
            Executive.Mailboxes.Remove(mailbox);
            lock (Executive.Dispatcher.Lock)
            {
                Mailbox = null;
            }
            Process.Mailboxes.Close(mailbox);
            Executive.Statistics.AddPosted(mailbox.Served);
        }
    }
}
