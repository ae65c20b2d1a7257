using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>System calls that control the whole machine: answered as Windows answers a standard user.</summary>
internal static class SystemControlCalls
{
    private const string NoPrivilege = "needs a privilege that the guest's user does not hold";

    [NtSyscall("NtShutdownSystem", Support.Refused, NoPrivilege)]
    internal static NtStatus NtShutdownSystem(NtThread t, uint action) => NtStatus.PrivilegeNotHeld;

    [NtSyscall("NtInitiatePowerAction", Support.Refused, NoPrivilege)]
    internal static NtStatus NtInitiatePowerAction(NtThread t, uint action, uint minimumState, uint flags, bool asynchronous) => NtStatus.PrivilegeNotHeld;

    [NtSyscall("NtLoadDriver", Support.Refused, NoPrivilege)]
    internal static NtStatus NtLoadDriver(NtThread t, GuestPointer service) => NtStatus.PrivilegeNotHeld;

    [NtSyscall("NtUnloadDriver", Support.Refused, NoPrivilege)]
    internal static NtStatus NtUnloadDriver(NtThread t, GuestPointer service) => NtStatus.PrivilegeNotHeld;

    [NtSyscall("NtCreatePagingFile", Support.Refused, NoPrivilege)]
    internal static NtStatus NtCreatePagingFile(NtThread t, GuestPointer name, GuestPointer minimum, GuestPointer maximum, GuestPointer actual) => NtStatus.PrivilegeNotHeld;

    [NtSyscall("NtSystemDebugControl", Support.Refused, NoPrivilege)]
    internal static NtStatus NtSystemDebugControl(NtThread t, uint command, GuestPointer input, uint inputLength, GuestPointer output, uint outputLength, GuestPointer returnLength) => NtStatus.DebuggerInactive;

    [NtSyscall("NtDisplayString", Support.Refused, NoPrivilege)]
    internal static NtStatus NtDisplayString(NtThread t, GuestPointer text) => NtStatus.PrivilegeNotHeld;

    [NtSyscall("NtSetIntervalProfile", Support.Refused, "profiling")]
    internal static NtStatus NtSetIntervalProfile(NtThread t, uint interval, uint source) => NtStatus.NotImplemented;

    [NtSyscall("NtSetLdtEntries", Support.Refused, "64-bit processes have no local descriptor table")]
    internal static NtStatus NtSetLdtEntries(NtThread t, uint selector1, ulong entry1, uint selector2, ulong entry2) => NtStatus.NotImplemented;

    [NtSyscall("NtTraceControl", Support.Refused, "event tracing")]
    internal static NtStatus NtTraceControl(NtThread t, uint function, GuestPointer input, uint inputLength, GuestPointer output, uint outputLength, GuestPointer returnLength) => NtStatus.NotSupported;

    [NtSyscall("NtSetDebugFilterState", Support.Refused, NoPrivilege)]
    internal static NtStatus NtSetDebugFilterState(NtThread t, uint component, uint level, bool state) => NtStatus.AccessDenied;

    [NtSyscall("NtQuerySystemEnvironmentValue", Support.Refused, NoPrivilege)]
    internal static NtStatus NtQuerySystemEnvironmentValue(NtThread t, GuestPointer name, GuestPointer buffer, uint length, GuestPointer returnLength) => NtStatus.PrivilegeNotHeld;

    [NtSyscall("NtQuerySystemEnvironmentValueEx", Support.Refused, "a machine without UEFI")]
    internal static NtStatus NtQuerySystemEnvironmentValueEx(NtThread t, GuestPointer name, GuestPointer vendor, GuestPointer buffer, GuestPointer length, GuestPointer attributes) => NtStatus.NotImplemented;

    [NtSyscall("NtQueryLicenseValue", Support.Full)]
    internal static NtStatus NtQueryLicenseValue(NtThread t, GuestPointer name, GuestPointer type, GuestPointer buffer, uint length, GuestPointer resultLength)
    {
        if (name.IsNull || resultLength.IsNull)
        {
            return NtStatus.InvalidParameter;
        }
        if (!t.Memory.TryReadUnicodeString(name, out string text))
        {
            return NtStatus.AccessViolation;
        }
        (uint kind, byte[] data) = text switch
        {
            "Kernel-MUI-Number-Allowed" => (4u, BitConverter.GetBytes(1000)),
            "Kernel-MUI-Language-Allowed" or "Kernel-MUI-Language-Disallowed" => (1u, System.Text.Encoding.Unicode.GetBytes("EMPTY\0")),
            _ => (0u, Array.Empty<byte>()),
        };
        if (kind == 0)
        {
            return text.Length == 0 ? NtStatus.InvalidParameter : NtStatus.ObjectNameNotFound;
        }
        if (!type.IsNull && !t.Memory.TryWrite(type, kind))
        {
            return NtStatus.AccessViolation;
        }
        return InformationResult.AtLeast(t, data, buffer, length, resultLength, NtStatus.BufferTooSmall);
    }

    [NtSyscall("NtAllocateUuids", Support.Full)]
    internal static NtStatus NtAllocateUuids(NtThread t, GuestPointer time, GuestPointer delta, GuestPointer sequence, GuestPointer seed)
    {
        const long gregorianToFileTime = 5748192000000000;
        const uint allocated = 1000;
        Span<byte> node = stackalloc byte[6];
        HostRandom.Fill(node);
        node[0] |= 1;
        return t.Memory.TryWrite(time, t.Executive.Clock.SystemTime + gregorianToFileTime) && t.Memory.TryWrite(delta, allocated)
            && t.Memory.TryWrite(sequence, (uint)(Security.TokenObject.NextLuid() & 0x3fff)) && t.Memory.TryWrite(seed, node)
            ? NtStatus.Success
            : NtStatus.AccessViolation;
    }
}
