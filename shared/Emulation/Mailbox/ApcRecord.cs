using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Mailbox;

/// <summary>
/// Room for one APC that a thread has queued to itself, in guest memory: the gate writes it and delivers it, and the host takes it into its queue when it
/// needs to know. All of it is the program's to spoil.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct ApcRecord
{
    /// <summary>Bytes of a record.</summary>
    public const int Bytes = 64;

    /// <summary>Offset of <see cref="Dispatcher"/>.</summary>
    public const int DispatcherOffset = 8;

    /// <summary>Offset of <see cref="Routine"/>, with the arguments behind it.</summary>
    public const int RoutineOffset = 16;

    /// <summary>State: no APC is queued.</summary>
    public const int Empty = 0;

    /// <summary>State: the record holds the only queued APC.</summary>
    public const int Full = 1;

    /// <summary>State: APCs are in the host's queue, where more have to go.</summary>
    public const int Held = 2;

    /// <summary>One of the states.</summary>
    public int State;

    private readonly int _reserved;

    /// <summary>Address of ntdll's KiUserApcDispatcher.</summary>
    public ulong Dispatcher;

    /// <summary>Address of the routine.</summary>
    public ulong Routine;

    /// <summary>First argument.</summary>
    public ulong Argument1;

    /// <summary>Second argument.</summary>
    public ulong Argument2;

    /// <summary>Third argument.</summary>
    public ulong Argument3;
}
