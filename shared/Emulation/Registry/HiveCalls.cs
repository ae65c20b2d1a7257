using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Registry;

/// <summary>
/// System calls on hives: files that hold a part of the registry. NT wants SeBackupPrivilege or SeRestorePrivilege for them,
/// which the guest's standard user does not have.
/// </summary>
internal static class HiveCalls
{
    private const uint AppHive = 0x10;

    [NtSyscall("NtFlushKey", Support.Full)]
    internal static NtStatus NtFlushKey(NtThread t, Handle key) => t.Reference(key, 0, out KeyObject _);

    [NtSyscall("NtSaveKey", Support.Refused, "needs SeBackupPrivilege, which the guest's user does not hold")]
    internal static NtStatus NtSaveKey(NtThread t, Handle key, Handle file) => Refuse(t, key);

    [NtSyscall("NtRestoreKey", Support.Refused, "needs SeRestorePrivilege, which the guest's user does not hold")]
    internal static NtStatus NtRestoreKey(NtThread t, Handle key, Handle file, uint flags) => Refuse(t, key);

    [NtSyscall("NtReplaceKey", Support.Refused, "needs SeRestorePrivilege, which the guest's user does not hold")]
    internal static NtStatus NtReplaceKey(NtThread t, GuestPointer newFile, Handle key, GuestPointer oldFile) => Refuse(t, key);

    [NtSyscall("NtLoadKey", Support.Refused, "needs SeRestorePrivilege, which the guest's user does not hold")]
    internal static NtStatus NtLoadKey(NtThread t, GuestPointer targetKey, GuestPointer sourceFile) => NtStatus.PrivilegeNotHeld;

    [NtSyscall("NtLoadKey2", Support.Refused, "needs SeRestorePrivilege, which the guest's user does not hold")]
    internal static NtStatus NtLoadKey2(NtThread t, GuestPointer targetKey, GuestPointer sourceFile, uint flags) => NtStatus.PrivilegeNotHeld;

    [NtSyscall("NtLoadKeyEx", Support.Refused, "application hives (RegLoadAppKey); others need SeRestorePrivilege")]
    internal static NtStatus NtLoadKeyEx(NtThread t, GuestPointer targetKey, GuestPointer sourceFile, uint flags, Handle trustClassKey, Handle changeEvent, uint access, GuestPointer rootHandle, GuestPointer ioStatus) =>
        (flags & AppHive) != 0 ? NtStatus.NotSupported : NtStatus.PrivilegeNotHeld;

    [NtSyscall("NtUnloadKey", Support.Refused, "needs SeRestorePrivilege, which the guest's user does not hold")]
    internal static NtStatus NtUnloadKey(NtThread t, GuestPointer targetKey) => NtStatus.PrivilegeNotHeld;

    [NtSyscall("NtCreateKeyTransacted", Support.Refused, "transactions")]
    internal static NtStatus NtCreateKeyTransacted(NtThread t, GuestPointer handle, uint access, GuestPointer objectAttributes, uint titleIndex, GuestPointer keyClass, uint options, Handle transaction, GuestPointer disposition) => NtStatus.NotSupported;

    [NtSyscall("NtOpenKeyTransacted", Support.Refused, "transactions")]
    internal static NtStatus NtOpenKeyTransacted(NtThread t, GuestPointer handle, uint access, GuestPointer objectAttributes, Handle transaction) => NtStatus.NotSupported;

    [NtSyscall("NtOpenKeyTransactedEx", Support.Refused, "transactions")]
    internal static NtStatus NtOpenKeyTransactedEx(NtThread t, GuestPointer handle, uint access, GuestPointer objectAttributes, uint options, Handle transaction) => NtStatus.NotSupported;

    private static NtStatus Refuse(NtThread t, Handle key)
    {
        NtStatus status = t.Reference(key, 0, out KeyObject _);
        return status.IsSuccess ? NtStatus.PrivilegeNotHeld : status;
    }
}
