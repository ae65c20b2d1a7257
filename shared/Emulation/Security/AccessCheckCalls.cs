using System.Runtime.InteropServices;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Security;

/// <summary>NtAccessCheck, NtPrivilegeCheck and the audit variants.</summary>
internal static class AccessCheckCalls
{
    private const int MaximumPrivileges = 64;
    private const uint PrivilegeSetHeader = 8;

    [NtSyscall("NtAccessCheck", Support.Full)]
    internal static NtStatus NtAccessCheck(NtThread t, GuestPointer securityDescriptor, Handle clientToken, uint desiredAccess, GuestPointer genericMapping, GuestPointer privilegeSet, GuestPointer privilegeSetLength, GuestPointer grantedAccess, GuestPointer accessStatus)
    {
        uint[] mapping = new uint[4];
        if (!t.Memory.TryRead(genericMapping, MemoryMarshal.AsBytes(mapping.AsSpan())) || !t.Memory.TryRead(privilegeSetLength, out uint length)
            || !t.Memory.CanWrite(grantedAccess, 4) || !t.Memory.CanWrite(accessStatus, 4))
        {
            return NtStatus.AccessViolation;
        }
        if ((desiredAccess & 0xf0000000) != 0)
        {
            return NtStatus.GenericNotMapped;
        }
        NtStatus status = TokenReference.Resolve(t, clientToken, TokenAccess.Query, out TokenObject token);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (token.IsPrimary)
        {
            return NtStatus.NoImpersonationToken;
        }
        if (token.Level < ImpersonationLevel.Identification)
        {
            return NtStatus.BadImpersonationLevel;
        }
        status = SecurityDescriptorParts.ReadGuest(t.Memory, securityDescriptor, out SecurityDescriptorParts descriptor);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (descriptor.Owner is null || descriptor.Group is null)
        {
            return NtStatus.InvalidSecurityDescr;
        }
        const uint needed = PrivilegeSetHeader + 12;
        if (length < needed)
        {
            return t.Memory.TryWrite(privilegeSetLength, needed) ? NtStatus.BufferTooSmall : NtStatus.AccessViolation;
        }
        NtStatus result = AccessCheck.Check(descriptor, token, desiredAccess, mapping, out uint granted);
        return t.Memory.TryWrite(privilegeSet, 0ul) && t.Memory.TryWrite(grantedAccess, granted) && t.Memory.TryWrite(accessStatus, result.Value)
            ? NtStatus.Success
            : NtStatus.AccessViolation;
    }

    [NtSyscall("NtAccessCheckAndAuditAlarm", Support.Refused, "needs SeAuditPrivilege, which the guest's user does not hold")]
    internal static NtStatus NtAccessCheckAndAuditAlarm(NtThread t, GuestPointer subsystem, Handle handleId, GuestPointer objectType, GuestPointer objectName, GuestPointer securityDescriptor, uint desiredAccess, GuestPointer genericMapping, bool objectCreation, GuestPointer grantedAccess, GuestPointer accessStatus, GuestPointer onClose) =>
        NtStatus.PrivilegeNotHeld;

    [NtSyscall("NtPrivilegeCheck", Support.Full)]
    internal static NtStatus NtPrivilegeCheck(NtThread t, Handle clientToken, GuestPointer requiredPrivileges, GuestPointer result)
    {
        const uint allNecessary = 1, usedForAccess = 0x80000000;
        if (!t.Memory.TryRead(requiredPrivileges, out ulong header))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = TokenPrivileges.Read(t, requiredPrivileges + PrivilegeSetHeader, (uint)header, MaximumPrivileges, out TokenPrivilege[] privileges);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = TokenReference.Resolve(t, clientToken, TokenAccess.Query, out TokenObject token);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!token.IsPrimary && token.Level < ImpersonationLevel.Identification)
        {
            return NtStatus.BadImpersonationLevel;
        }
        int held = 0;
        for (int i = 0; i < privileges.Length; i++)
        {
            if (token.HasPrivilege(privileges[i].Luid))
            {
                held++;
                privileges[i] = privileges[i] with { Attributes = privileges[i].Attributes | usedForAccess };
            }
        }
        bool passed = (uint)(header >> 32) == allNecessary ? held == privileges.Length : held != 0;
        return TokenPrivileges.Write(t, requiredPrivileges + PrivilegeSetHeader, privileges) && t.Memory.TryWrite(result, (byte)(passed ? 1 : 0))
            ? NtStatus.Success
            : NtStatus.AccessViolation;
    }
}
