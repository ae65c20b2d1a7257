using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.SystemInfo;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Security;

/// <summary>System calls that change tokens or make restricted ones.</summary>
internal static class TokenAdjustCalls
{
    private const int MaximumPrivileges = 64;
    private const int MaximumGroups = 1024;
    private const uint DisableMaximumPrivilege = 1;

    [NtSyscall("NtAdjustPrivilegesToken", Support.Full)]
    internal static NtStatus NtAdjustPrivilegesToken(NtThread t, Handle handle, bool disableAll, GuestPointer newState, uint length, GuestPointer previousState, GuestPointer returnLength)
    {
        uint access = TokenAccess.AdjustPrivileges | (previousState.IsNull ? 0 : TokenAccess.Query);
        NtStatus status = t.Reference(handle, access, out TokenObject token);
        if (!status.IsSuccess)
        {
            return status;
        }
        TokenPrivilege[] wanted = [];
        if (!disableAll)
        {
            if (newState.IsNull)
            {
                return NtStatus.InvalidParameter;
            }
            if (!t.Memory.TryRead(newState, out uint count))
            {
                return NtStatus.AccessViolation;
            }
            status = TokenPrivileges.Read(t, newState + 4, count, MaximumPrivileges, out wanted);
            if (!status.IsSuccess)
            {
                return status;
            }
        }
        lock (token.Lock)
        {
            List<TokenPrivilege> changed = Changes(token, disableAll, wanted, out bool all);
            List<TokenPrivilege> previous = [.. changed.Select(change => token.Privileges.Find(p => p.Luid == change.Luid))];
            if (!previousState.IsNull)
            {
                InformationBuilder b = TokenPrivileges.Append(new InformationBuilder().U32((uint)previous.Count), previous);
                status = InformationResult.AtLeast(t, b.Data, previousState, length, returnLength, NtStatus.BufferTooSmall);
                if (!status.IsSuccess)
                {
                    return status;
                }
            }
            foreach (TokenPrivilege change in changed)
            {
                int index = token.Privileges.FindIndex(p => p.Luid == change.Luid);
                if ((change.Attributes & TokenPrivilege.Removed) != 0)
                {
                    token.Privileges.RemoveAt(index);
                }
                else
                {
                    token.Privileges[index] = change;
                }
            }
            if (changed.Count != 0)
            {
                token.ModifiedId = TokenObject.NextLuid();
            }
            return all ? NtStatus.Success : NtStatus.NotAllAssigned;
        }
    }

    [NtSyscall("NtAdjustGroupsToken", Support.Full)]
    internal static NtStatus NtAdjustGroupsToken(NtThread t, Handle handle, bool resetToDefault, GuestPointer newState, uint length, GuestPointer previousState, GuestPointer returnLength)
    {
        NtStatus status = t.Reference(handle, TokenAccess.AdjustGroups | (previousState.IsNull ? 0 : TokenAccess.Query), out TokenObject token);
        List<SidAndAttributes> wanted = [];
        if (status.IsSuccess && !resetToDefault)
        {
            status = newState.IsNull ? NtStatus.InvalidParameter : ReadGroups(t, newState, out wanted);
        }
        if (!status.IsSuccess)
        {
            return status;
        }
        lock (token.Lock)
        {
            List<SidAndAttributes> changed = [];
            foreach (SidAndAttributes group in token.Groups)
            {
                uint enable = resetToDefault
                    ? (group.Attributes & SidAndAttributes.EnabledByDefault) != 0 ? SidAndAttributes.Enabled : 0
                    : wanted.Find(w => group.Sid.Equals(w.Sid)) is { Sid: not null } match ? match.Attributes & SidAndAttributes.Enabled : group.Attributes & SidAndAttributes.Enabled;
                if (enable == (group.Attributes & SidAndAttributes.Enabled))
                {
                    continue;
                }
                if ((group.Attributes & (SidAndAttributes.Mandatory | SidAndAttributes.DenyOnly)) != 0)
                {
                    return NtStatus.CantDisableMandatory;
                }
                changed.Add(group);
            }
            if (!previousState.IsNull)
            {
                InformationBuilder b = TokenInformation.Groups(new InformationBuilder(previousState.Address), changed);
                status = InformationResult.AtLeast(t, b.Data, previousState, length, returnLength, NtStatus.BufferTooSmall);
                if (!status.IsSuccess)
                {
                    return status;
                }
            }
            foreach (SidAndAttributes group in changed)
            {
                token.Groups[token.Groups.IndexOf(group)] = group with { Attributes = group.Attributes ^ SidAndAttributes.Enabled };
            }
            return wanted.TrueForAll(w => token.Groups.Exists(g => g.Sid.Equals(w.Sid))) ? NtStatus.Success : NtStatus.NotAllAssigned;
        }
    }

    [NtSyscall("NtFilterToken", Support.Full)]
    internal static NtStatus NtFilterToken(NtThread t, Handle handle, uint flags, GuestPointer disableSids, GuestPointer deletePrivileges, GuestPointer restrictedSids, GuestPointer newToken)
    {
        NtStatus status = t.Reference(handle, TokenAccess.Duplicate, out TokenObject token, out uint granted);
        List<SidAndAttributes> disable = [], restricted = [];
        TokenPrivilege[] delete = [];
        if (status.IsSuccess)
        {
            status = ReadGroups(t, disableSids, out disable);
        }
        if (status.IsSuccess)
        {
            status = ReadGroups(t, restrictedSids, out restricted);
        }
        if (status.IsSuccess && !deletePrivileges.IsNull)
        {
            status = t.Memory.TryRead(deletePrivileges, out uint count)
                ? TokenPrivileges.Read(t, deletePrivileges + 4, count, MaximumPrivileges, out delete)
                : NtStatus.AccessViolation;
        }
        if (!status.IsSuccess)
        {
            return status;
        }
        TokenObject result = token.Duplicate(token.IsPrimary, token.Level, effectiveOnly: false);
        result.Privileges.RemoveAll(p => Array.Exists(delete, d => d.Luid == p.Luid) || ((flags & DisableMaximumPrivilege) != 0 && p.Luid != TokenPrivilege.ChangeNotify));
        for (int i = 0; i < result.Groups.Count; i++)
        {
            if (disable.Exists(d => d.Sid.Equals(result.Groups[i].Sid)))
            {
                const uint cleared = SidAndAttributes.Enabled | SidAndAttributes.EnabledByDefault | SidAndAttributes.Mandatory;
                result.Groups[i] = result.Groups[i] with { Attributes = (result.Groups[i].Attributes & ~cleared) | SidAndAttributes.DenyOnly };
            }
        }
        const uint restrictedAttributes = SidAndAttributes.Mandatory | SidAndAttributes.EnabledByDefault | SidAndAttributes.Enabled;
        result.RestrictedSids.AddRange(restricted.Select(r => r with { Attributes = restrictedAttributes }));
        return t.ReturnHandle(newToken, result, granted);
    }

    [NtSyscall("NtCreateLowBoxToken", Support.Refused, "app containers")]
    internal static NtStatus NtCreateLowBoxToken(NtThread t, GuestPointer newToken, Handle token, uint access, GuestPointer objectAttributes, GuestPointer packageSid, uint capabilityCount, GuestPointer capabilities, uint handleCount, GuestPointer handles) =>
        NtStatus.NotSupported;

    /// <summary>Reads TOKEN_GROUPS; a null pointer is an empty list.</summary>
    private static NtStatus ReadGroups(NtThread t, GuestPointer pointer, out List<SidAndAttributes> groups)
    {
        groups = [];
        if (pointer.IsNull)
        {
            return NtStatus.Success;
        }
        if (!t.Memory.TryRead(pointer, out uint count))
        {
            return NtStatus.AccessViolation;
        }
        if (count > MaximumGroups)
        {
            return NtStatus.InvalidParameter;
        }
        for (uint i = 0; i < count; i++)
        {
            if (!t.Memory.TryRead(pointer + 8 + (i * 16), out ulong sidAddress) || !t.Memory.TryRead(pointer + 16 + (i * 16), out uint attributes))
            {
                return NtStatus.AccessViolation;
            }
            NtStatus status = GuestSecurity.ReadSid(t, sidAddress, out Sid? sid);
            if (!status.IsSuccess || sid is null)
            {
                return status.IsSuccess ? NtStatus.InvalidSid : status;
            }
            groups.Add(new SidAndAttributes(sid, attributes));
        }
        return NtStatus.Success;
    }

    private static List<TokenPrivilege> Changes(TokenObject token, bool disableAll, TokenPrivilege[] wanted, out bool all)
    {
        List<TokenPrivilege> changes = [];
        all = true;
        if (disableAll)
        {
            return [.. token.Privileges.Where(p => (p.Attributes & TokenPrivilege.Enabled) != 0).Select(p => p with { Attributes = p.Attributes & ~TokenPrivilege.Enabled })];
        }
        foreach (TokenPrivilege request in wanted)
        {
            int index = token.Privileges.FindIndex(p => p.Luid == request.Luid);
            if (index < 0)
            {
                all = false;
                continue;
            }
            TokenPrivilege present = token.Privileges[index];
            uint attributes = (present.Attributes & ~TokenPrivilege.Enabled) | (request.Attributes & (TokenPrivilege.Enabled | TokenPrivilege.Removed));
            if (attributes != present.Attributes && !changes.Exists(c => c.Luid == request.Luid))
            {
                changes.Add(present with { Attributes = attributes });
            }
        }
        return changes;
    }
}
