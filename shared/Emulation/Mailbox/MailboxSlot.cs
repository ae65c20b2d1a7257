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

    /// <summary>Offset of the frame.</summary>
    public const int FrameOffset = 64;

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
}
