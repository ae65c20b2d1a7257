using System.Runtime.InteropServices;
using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Objects;

/// <summary>The system calls on symbolic links of the object namespace.</summary>
internal static class SymbolicLinkCalls
{
    private const uint LinkQuery = 1;

    [NtSyscall("NtCreateSymbolicLinkObject", Support.Full)]
    internal static NtStatus NtCreateSymbolicLinkObject(NtThread t, GuestPointer handle, uint access, GuestPointer attributes, GuestPointer target)
    {
        if (target.IsNull || !t.Memory.TryReadUnicodeString(target, out string path))
        {
            return NtStatus.AccessViolation;
        }
        return path.Length == 0 ? NtStatus.InvalidParameter : NamedObjects.Create(t, handle, access, attributes, new SymbolicLinkObject(path));
    }

    [NtSyscall("NtOpenSymbolicLinkObject", Support.Full)]
    internal static NtStatus NtOpenSymbolicLinkObject(NtThread t, GuestPointer handle, uint access, GuestPointer attributes) =>
        NamedObjects.Open<SymbolicLinkObject>(t, handle, access, attributes);

    [NtSyscall("NtQuerySymbolicLinkObject", Support.Full)]
    internal static NtStatus NtQuerySymbolicLinkObject(NtThread t, Handle handle, GuestPointer target, GuestPointer returnLength)
    {
        if (!t.Memory.TryRead(target, out UnicodeString64 header))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(handle, LinkQuery, out SymbolicLinkObject link);
        if (!status.IsSuccess)
        {
            return status;
        }
        uint needed = ((uint)link.Target.Length + 1) * sizeof(char);
        if (!returnLength.IsNull && !t.Memory.TryWrite(returnLength, needed))
        {
            return NtStatus.AccessViolation;
        }
        if (needed > header.MaximumLength)
        {
            return NtStatus.BufferTooSmall;
        }
        header.Length = (ushort)(needed - sizeof(char));
        return t.Memory.TryWrite(new GuestPointer(header.Buffer), MemoryMarshal.AsBytes((link.Target + '\0').AsSpan())) && t.Memory.TryWrite(target, header)
            ? NtStatus.Success
            : NtStatus.AccessViolation;
    }
}
