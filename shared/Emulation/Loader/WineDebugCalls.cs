using System.Text;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Loader;

/// <summary>libwine's own system calls for its messages.</summary>
internal static class WineDebugCalls
{
    private const uint LongestMessage = 0x1000;

    [NtSyscall("__wine_dbg_write", Support.Full)]
    internal static ulong WineDbgWrite(NtThread t, GuestPointer text, uint length)
    {
        byte[] bytes = new byte[Math.Min(length, LongestMessage)];
        if (!t.Memory.TryRead(text, bytes))
        {
            return 0;
        }
        t.Executive.Report.LibraryMessage(t, Encoding.UTF8.GetString(bytes).TrimEnd('\n'));
        return length;
    }
}
