using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Calls;

/// <summary>OS/2 extended attributes: the volumes have none.</summary>
internal static class ExtendedAttributeCalls
{
    [NtSyscall("NtQueryEaFile", Support.Refused, "extended attributes")]
    internal static NtStatus NtQueryEaFile(
        NtThread t, Handle file, GuestPointer ioStatus, GuestPointer buffer, uint length, bool singleEntry, GuestPointer list, uint listLength, GuestPointer index, bool restart) =>
        Refuse(t, file);

    [NtSyscall("NtSetEaFile", Support.Refused, "extended attributes")]
    internal static NtStatus NtSetEaFile(NtThread t, Handle file, GuestPointer ioStatus, GuestPointer buffer, uint length) => Refuse(t, file);

    private static NtStatus Refuse(NtThread t, Handle file)
    {
        NtStatus status = t.Reference(file, 0, out FileObject _);
        return status.IsSuccess ? NtStatus.EasNotSupported : status;
    }
}
