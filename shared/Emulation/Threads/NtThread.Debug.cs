using PortableVirt.Emulation.Debugging;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;

namespace PortableVirt.Emulation.Threads;

/// <summary>The thread as its debugger sees it, and as a debugger. Flags are guarded by the dispatcher lock.</summary>
public sealed partial class NtThread
{
    /// <summary>DbgSsReserved[1] in the TEB: the handle of the debug object that ntdll's DbgUiConnectToDbg made for the thread.</summary>
    private const int DebugObjectHandleOffset = 0x16a8;

    /// <summary>True once the thread's start needs no report any more.</summary>
    internal bool IsStartReported { get; set; }

    /// <summary>True once the thread's end was reported.</summary>
    internal bool IsEndReported { get; set; }

    /// <summary>A debugger's thread has ended: its debug object is closed, as NT does.</summary>
    private void CloseDebugObject()
    {
        if (Memory.TryRead(new GuestPointer(Teb) + DebugObjectHandleOffset, out ulong value) && value != 0
            && Process.Handles.TryGet(new Handle(value), out HandleEntry entry) && entry.Object is DebugObject)
        {
            Process.Handles.Close(new Handle(value));
        }
    }
}
