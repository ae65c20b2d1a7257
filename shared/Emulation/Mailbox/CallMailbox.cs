using System.Runtime.InteropServices;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Mailbox;

/// <summary>
/// The host's side of a thread's mailbox. At any time one host thread owns the Windows thread: its own, or, while the vCPU is in guest mode, the
/// service thread for the length of one call. That, not the slot in guest memory, keeps the two apart.
/// </summary>
internal sealed class CallMailbox
{
    private const int OwnedByHost = 0;
    private const int InGuest = 1;
    private const int OwnedByService = 2;

    private readonly NtThread _thread;
    private readonly ulong _gpa;
    private readonly ulong _apcGpa;
    private int _owner = OwnedByHost;
    private bool _hasAnswer;
    private uint _answeredNumber;
    private ulong _answer;

    /// <summary>A mailbox over the slot and the APC record at guest-physical addresses of RAM that stays allocated as long as the process lives.</summary>
    public CallMailbox(NtThread thread, ulong gpa, ulong apcGpa)
    {
        (_thread, _gpa, _apcGpa) = (thread, gpa, apcGpa);
        Slot = new MailboxSlot { ThreadId = thread.ThreadId };
        Apc = new ApcRecord { State = ApcRecord.Held, Dispatcher = thread.Process.Ntdll.KiUserApcDispatcher };
    }

    /// <summary>Calls that were answered without an exit.</summary>
    public long Served { get; private set; }

    /// <summary>True while the service thread handles a call, or looks for one. It does neither in a pause.</summary>
    public bool IsBeingServed => Volatile.Read(ref _owner) == OwnedByService;

    /// <summary>True while the service looks at the slot. Guarded by the service's lock.</summary>
    public bool IsListening { get; private set; }

    private ref MailboxSlot Slot => ref MemoryMarshal.AsRef<MailboxSlot>(_thread.Executive.GuestMemory.RamSpan(_gpa, MailboxSlot.Bytes));

    private ref ApcRecord Apc => ref MemoryMarshal.AsRef<ApcRecord>(_thread.Executive.GuestMemory.RamSpan(_apcGpa, ApcRecord.Bytes));

    /// <summary>Shows the program whether posting is of use.</summary>
    public void SetListening(bool value)
    {
        IsListening = value;
        Volatile.Write(ref Slot.Listening, value ? 1 : 0);
    }

    /// <summary>The vCPU is about to enter guest mode.</summary>
    public void EnterGuest() => Volatile.Write(ref _owner, InGuest);

    /// <summary>The vCPU has left guest mode: waits for the end of a call that the service has in hand.</summary>
    public void LeaveGuest()
    {
        SpinWait wait = default;
        while (Interlocked.CompareExchange(ref _owner, OwnedByHost, InGuest) != InGuest)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>After <see cref="LeaveGuest"/>: the answer to the posted call, when the program has not taken it.</summary>
    public bool TryTakeAnswer(uint number, out ulong answer)
    {
        answer = _answer;
        bool taken = _hasAnswer && number == _answeredNumber && Volatile.Read(ref Slot.State) == MailboxSlot.Answered;
        _hasAnswer = false;
        return taken;
    }

    /// <summary>After <see cref="LeaveGuest"/>: nothing is posted any more.</summary>
    /// <returns>True when a call was posted that nobody had taken up.</returns>
    public bool Cancel()
    {
        ref int state = ref Slot.State;
        bool missed = state == MailboxSlot.Posted;
        state = MailboxSlot.Idle;
        _hasAnswer = false;
        return missed;
    }

    /// <summary>Alerts the thread if it looks for that in user mode; else tells it, for its next look, that the host holds an alert. From any thread.</summary>
    public bool TryAlert()
    {
        ref MailboxSlot slot = ref Slot;
        if (Interlocked.CompareExchange(ref slot.Alert, MailboxSlot.Alerted, MailboxSlot.Watching) == MailboxSlot.Watching)
        {
            return true;
        }
        Volatile.Write(ref slot.HasToken, 1);
        return false;
    }

    /// <summary>The thread itself takes the alert that the host holds.</summary>
    public void ClearToken() => Volatile.Write(ref Slot.HasToken, 0);

    /// <summary>Whether the thread's next wait for an alert is to begin in user mode.</summary>
    public bool SpinsForAlert { get; private set; }

    /// <summary>Sets <see cref="SpinsForAlert"/> and shows it to the program.</summary>
    public void SetSpinsForAlert(bool value)
    {
        SpinsForAlert = value;
        Slot.SpinsForAlert = value ? 1 : 0;
    }

    /// <summary>Whether the thread's next wait for an event is to begin in user mode.</summary>
    public bool SpinsForEvents { get; private set; }

    /// <summary>Sets <see cref="SpinsForEvents"/> and shows it to the program.</summary>
    public void SetSpinsForEvents(bool value)
    {
        SpinsForEvents = value;
        Slot.SpinsForEvents = value ? (short)1 : (short)0;
    }

    /// <summary>True when the thread has looked for an event in vain since the last call.</summary>
    public bool TakeVainLook()
    {
        ref MailboxSlot slot = ref Slot;
        bool looked = slot.HasLookedInVain != 0;
        slot.HasLookedInVain = 0;
        return looked;
    }

    /// <summary>From now on APCs go to the host's queue. True when the thread had queued one to itself, which goes there first. Under the dispatcher lock.</summary>
    public bool HoldApcs(out UserApc apc)
    {
        ref ApcRecord record = ref Apc;
        bool taken = Interlocked.Exchange(ref record.State, ApcRecord.Held) == ApcRecord.Full;
        apc = taken ? new UserApc(record.Routine, record.Argument1, record.Argument2, record.Argument3, false) : default;
        return taken;
    }

    /// <summary>The host's queue is empty: the thread may queue APCs to itself without the host. Under the dispatcher lock.</summary>
    public void ReleaseApcs() => Interlocked.CompareExchange(ref Apc.State, ApcRecord.Empty, ApcRecord.Held);

    /// <summary>The thread was stopped while it looked in user mode: true when it has been alerted.</summary>
    public bool EndWatch() => Interlocked.Exchange(ref Slot.Alert, 0) == MailboxSlot.Alerted;

    /// <summary>Answers a posted call on the service thread; false when there is none.</summary>
    public bool TryServe(UserGate gate)
    {
        ref MailboxSlot slot = ref Slot;
        if (Volatile.Read(ref slot.State) != MailboxSlot.Posted || Interlocked.CompareExchange(ref _owner, OwnedByService, InGuest) != InGuest)
        {
            return false;
        }
        try
        {
            // Between the two looks the thread may have left guest mode and come back.
            if (_thread.Executive.Clock.Monotonic.IsPaused || Volatile.Read(ref slot.State) != MailboxSlot.Posted)
            {
                return false;
            }
            Answer(gate, ref slot);
            return true;
        }
        finally
        {
            Volatile.Write(ref _owner, InGuest);
        }
    }

    private void Answer(UserGate gate, ref MailboxSlot slot)
    {
        UserRegisters posted = new() { Rax = slot.Rax, R10 = slot.R10, Rdx = slot.Rdx, R8 = slot.R8, R9 = slot.R9, Rsp = slot.Rsp + sizeof(ulong) };
        uint number = (uint)posted.Rax;
        if (!gate.IsPostable(number) || !_thread.TryCallPosted(posted, out ulong result))
        {
            Volatile.Write(ref slot.State, MailboxSlot.Refused);
            return;
        }
        (_hasAnswer, _answeredNumber, _answer) = (true, number, result);
        slot.Result = result;
        Volatile.Write(ref slot.State, MailboxSlot.Answered);
        Served++;
    }
}
