using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Security;

/// <summary>NtSetInformationToken.</summary>
internal static class TokenSetCalls
{
    private const uint OwnerClass = 4, PrimaryGroupClass = 5, DefaultDaclClass = 6, SessionIdClass = 12, VirtualizationEnabledClass = 24,
        IntegrityLevelClass = 25, UiAccessClass = 26, MandatoryPolicyClass = 27;

    [NtSyscall("NtSetInformationToken", Support.Full)]
    internal static NtStatus NtSetInformationToken(NtThread t, Handle handle, uint informationClass, GuestPointer buffer, uint length)
    {
        NtStatus status = t.Reference(handle, TokenAccess.AdjustDefault, out TokenObject token);
        if (!status.IsSuccess)
        {
            return status;
        }
        switch (informationClass)
        {
            case OwnerClass or PrimaryGroupClass or DefaultDaclClass or IntegrityLevelClass:
                if (length < (informationClass == IntegrityLevelClass ? 16u : 8u))
                {
                    return NtStatus.InfoLengthMismatch;
                }
                return t.Memory.TryRead(buffer, out ulong address) ? SetPointer(t, token, informationClass, address) : NtStatus.AccessViolation;
            case SessionIdClass or UiAccessClass or MandatoryPolicyClass:
                return NtStatus.PrivilegeNotHeld;
            case VirtualizationEnabledClass:
                return length < 4 ? NtStatus.InfoLengthMismatch : NtStatus.Success;
            default:
                return NtStatus.InvalidInfoClass;
        }
    }

    private static NtStatus SetPointer(NtThread t, TokenObject token, uint informationClass, ulong address)
    {
        if (informationClass == DefaultDaclClass)
        {
            NtStatus captured = GuestSecurity.ReadAcl(t, address, out byte[]? acl);
            if (captured.IsSuccess)
            {
                lock (token.Lock)
                {
                    token.DefaultDacl = acl;
                }
            }
            return captured;
        }
        NtStatus status = GuestSecurity.ReadSid(t, address, out Sid? sid);
        if (!status.IsSuccess || sid is null)
        {
            return status.IsSuccess ? NtStatus.AccessViolation : status;
        }
        lock (token.Lock)
        {
            switch (informationClass)
            {
                case OwnerClass:
                    if (!sid.Equals(token.User) && !token.Groups.Exists(g => g.Sid.Equals(sid) && (g.Attributes & SidAndAttributes.Owner) != 0))
                    {
                        return NtStatus.InvalidOwner;
                    }
                    token.Owner = sid;
                    break;
                case PrimaryGroupClass:
                    if (!sid.Equals(token.User) && !token.Groups.Exists(g => g.Sid.Equals(sid)))
                    {
                        return NtStatus.InvalidPrimaryGroup;
                    }
                    token.PrimaryGroup = sid;
                    break;
                default:
                    if (!sid.ToString().StartsWith("S-1-16-", StringComparison.Ordinal))
                    {
                        return NtStatus.InvalidSid;
                    }
                    if (sid.RelativeId > token.IntegrityLevel.RelativeId)
                    {
                        return NtStatus.PrivilegeNotHeld;
                    }
                    token.IntegrityLevel = sid;
                    break;
            }
            token.ModifiedId = TokenObject.NextLuid();
        }
        return NtStatus.Success;
    }
}
