using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Calls;

/// <summary>Wine's own calls that translate names to the host's; a guest never learns host names here.</summary>
internal static class WineFileNameCalls
{
    [NtSyscall("wine_nt_to_unix_file_name", Support.Refused, "host names are not shown to programs")]
    internal static NtStatus NtToUnix(NtThread t, GuestPointer attributes, GuestPointer nameBuffer, GuestPointer size, uint disposition) => NtStatus.NotImplemented;

    [NtSyscall("wine_unix_to_nt_file_name", Support.Refused, "host names are not shown to programs")]
    internal static NtStatus UnixToNt(NtThread t, GuestPointer name, GuestPointer buffer, GuestPointer size) => NtStatus.NotImplemented;
}
