using PortableVirt.Emulation.Exceptions;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Debugging;

/// <summary>One debug event. Its state is guarded by the dispatcher lock; the rest does not change once it is queued.</summary>
/// <param name="sender">The thread that it is about.</param>
/// <param name="kind">What happened.</param>
internal sealed class DebugEvent(NtThread sender, DebugStateChange kind)
{
    private volatile DebugEventState _state = DebugEventState.Queued;

    /// <summary>The thread that it is about.</summary>
    public NtThread Sender { get; } = sender;

    /// <summary>What happened.</summary>
    public DebugStateChange Kind { get; } = kind;

    /// <summary>How far it has got.</summary>
    public DebugEventState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>What the debugger continued it with; STATUS_DEBUGGER_INACTIVE when the debugger has gone.</summary>
    public NtStatus ContinueStatus { get; set; } = NtStatus.DebuggerInactive;

    /// <summary>The exception.</summary>
    public ExceptionRecord Record { get; init; }

    /// <summary>True when the program has not seen the exception yet.</summary>
    public bool IsFirstChance { get; init; }

    /// <summary>Exit status of a thread or process.</summary>
    public NtStatus ExitStatus { get; init; }

    /// <summary>Start of the image in the process.</summary>
    public ulong ImageBase { get; init; }

    /// <summary>NT path of the image's file; empty when it is not known.</summary>
    public string ImageFile { get; init; } = "";

    /// <summary>Address, in the process, of a pointer to the image's name; 0 for none.</summary>
    public ulong NamePointer { get; init; }

    /// <summary>Where the thread or the program starts.</summary>
    public ulong StartAddress { get; init; }
}
