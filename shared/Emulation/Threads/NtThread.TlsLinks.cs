using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Threads;

public sealed partial class NtThread
{
    /// <summary>TEB.TlsLinks: libwine's ntdll chains the TEBs of all threads that have static TLS.</summary>
    private const int TlsLinks = 0x1680;

    /// <summary>
    /// Takes the TEB out of ntdll's chain of TEBs before its memory goes: a thread that was terminated did not do so itself. A
    /// thread that did leaves its links as they were, which no longer agree with its neighbours'.
    /// </summary>
    private void UnlinkTlsLinks()
    {
        GuestPointer own = new(Teb + TlsLinks);
        if (Memory.TryRead(own, out ulong next) && Memory.TryRead(own + 8, out ulong previous)
            && Memory.TryRead(new GuestPointer(previous), out ulong forward) && Memory.TryRead(new GuestPointer(next) + 8, out ulong back)
            && forward == own.Address && back == own.Address)
        {
            Memory.TryWrite(new GuestPointer(previous), next);
            Memory.TryWrite(new GuestPointer(next) + 8, previous);
        }
    }
}
