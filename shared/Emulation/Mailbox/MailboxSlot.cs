using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Mailbox;

/// <summary>One thread's mailbox in guest memory: a cache line for the call, and room for the frame of an <c>iretq</c>. All of it is the program's to spoil.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct MailboxSlot
{
    /// <summary>Bytes of a slot.</summary>
    public const int Bytes = 128;

    /// <summary>Offset of <see cref="Listening"/>.</summary>
    public const int ListeningOffset = 4;

    /// <summary>Offset of <see cref="Rax"/>, with R10, RDX, R8, R9 and RSP behind it.</summary>
    public const int RaxOffset = 8;

    /// <summary>Offset of <see cref="Result"/>.</summary>
    public const int ResultOffset = 56;

    /// <summary>Offset of the frame, 40 bytes.</summary>
    public const int FrameOffset = 64;

    /// <summary>Offset of <see cref="Alert"/>.</summary>
    public const int AlertOffset = 104;

    /// <summary>Offset of <see cref="SpinsForAlert"/>.</summary>
    public const int SpinsForAlertOffset = 108;

    /// <summary>Offset of <see cref="HasToken"/>.</summary>
    public const int HasTokenOffset = 112;

    /// <summary>Offset of <see cref="SpinsForEvents"/>.</summary>
    public const int SpinsForEventsOffset = 116;

    /// <summary>Offset of <see cref="HasLookedInVain"/>.</summary>
    public const int HasLookedInVainOffset = 118;

    /// <summary>Offset of <see cref="ThreadId"/>.</summary>
    public const int ThreadIdOffset = 120;

    /// <summary>Slots of a process; a thread's slot is its id / 4 modulo this.</summary>
    public const int Count = 512;

    /// <summary>Alert: the thread has been alerted while it looked for that.</summary>
    public const int Alerted = 1;

    /// <summary>Alert: the thread looks for an alert in user mode.</summary>
    public const int Watching = 2;

    /// <summary>State: nothing posted.</summary>
    public const int Idle = 0;

    /// <summary>State: the program waits for an answer.</summary>
    public const int Posted = 1;

    /// <summary>State: <see cref="Result"/> is the answer.</summary>
    public const int Answered = 3;

    /// <summary>State: the call has to be made as a system call.</summary>
    public const int Refused = 4;

    /// <summary>One of the states.</summary>
    public int State;

    /// <summary>Not 0 while a service thread looks at the slot.</summary>
    public int Listening;

    /// <summary>Number of the call.</summary>
    public ulong Rax;

    /// <summary>First argument.</summary>
    public ulong R10;

    /// <summary>Second argument.</summary>
    public ulong Rdx;

    /// <summary>Third argument.</summary>
    public ulong R8;

    /// <summary>Fourth argument.</summary>
    public ulong R9;

    /// <summary>Stack pointer, two return addresses below the fifth argument's home.</summary>
    public ulong Rsp;

    /// <summary>The answer for RAX.</summary>
    public ulong Result;

    private readonly FrameRoom _frame;

    /// <summary>0, <see cref="Watching"/> or <see cref="Alerted"/>: alerts by thread id between threads of the process.</summary>
    public int Alert;

    /// <summary>Not 0 when it pays to look for an alert in user mode before blocking.</summary>
    public int SpinsForAlert;

    /// <summary>Not 0 when the host holds an alert for the thread.</summary>
    public int HasToken;

    /// <summary>Not 0 when it pays to look for an event in user mode before blocking.</summary>
    public short SpinsForEvents;

    /// <summary>Not 0 when the thread looked for an event and none came.</summary>
    public short HasLookedInVain;

    /// <summary>Id of the thread.</summary>
    public ulong ThreadId;

    [InlineArray(5)]
    private struct FrameRoom
    {
        private ulong _word;
    }
}
