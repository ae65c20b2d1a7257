using PortableVirt.Emulation.Objects;

namespace PortableVirt.Emulation.Security;

/// <summary>The access check of [MS-DTYP] 2.5.3.2: which rights a descriptor gives a token.</summary>
internal static class AccessCheck
{
    private const uint MaximumAllowed = 0x02000000;
    private const uint AccessSystemSecurity = 0x01000000;
    private const uint GenericBits = 0xf0000000;
    private const uint WriteOwner = 0x80000;
    private const uint ReadControl = 0x20000;
    private const uint WriteDac = 0x40000;
    private const uint Delete = 0x10000;
    private const uint NoWriteUp = 1;
    private const uint NoReadUp = 2;
    private const uint NoExecuteUp = 4;

    /// <summary>
    /// Checks an access. STATUS_SUCCESS or STATUS_ACCESS_DENIED (STATUS_PRIVILEGE_NOT_HELD for system security); generic bits must
    /// have been mapped.
    /// </summary>
    /// <param name="descriptor">The object's descriptor.</param>
    /// <param name="token">Who asks.</param>
    /// <param name="desired">Rights wanted; MAXIMUM_ALLOWED asks for all there are.</param>
    /// <param name="mapping">GENERIC_MAPPING: read, write, execute, all.</param>
    /// <param name="granted">Rights given; 0 on failure.</param>
    public static NtStatus Check(SecurityDescriptorParts descriptor, TokenObject token, uint desired, ReadOnlySpan<uint> mapping, out uint granted)
    {
        granted = 0;
        bool maximum = (desired & MaximumAllowed) != 0;
        uint wanted = desired & ~MaximumAllowed;
        uint byPrivilege = 0;
        if ((wanted & AccessSystemSecurity) != 0)
        {
            if (!token.HasPrivilege(TokenPrivilege.Security))
            {
                return NtStatus.PrivilegeNotHeld;
            }
            byPrivilege |= AccessSystemSecurity;
        }
        if ((wanted & WriteOwner) != 0 && token.HasPrivilege(TokenPrivilege.TakeOwnership))
        {
            byPrivilege |= WriteOwner;
        }
        uint allowed = Allowed(descriptor, token, mapping, restricted: false);
        if (token.IsRestricted)
        {
            allowed &= Allowed(descriptor, token, mapping, restricted: true);
        }
        allowed = (allowed & ~ForbiddenByIntegrity(descriptor, token, mapping)) | byPrivilege;
        if ((wanted & ~allowed) != 0)
        {
            return NtStatus.AccessDenied;
        }
        granted = maximum ? allowed : wanted;
        return granted == 0 ? NtStatus.AccessDenied : NtStatus.Success;
    }

    /// <summary>Replaces generic bits by what they mean for the object's type.</summary>
    public static uint Map(uint mask, ReadOnlySpan<uint> mapping)
    {
        uint result = mask & ~GenericBits;
        for (int bit = 0; bit < 4; bit++)
        {
            if ((mask & (0x80000000u >> bit)) != 0)
            {
                result |= mapping[bit];
            }
        }
        return result;
    }

    private static uint Allowed(SecurityDescriptorParts descriptor, TokenObject token, ReadOnlySpan<uint> mapping, bool restricted)
    {
        if ((descriptor.Control & SecurityDescriptorParts.DaclPresent) == 0 || descriptor.Dacl is null)
        {
            return mapping[3] | 0x1f0000;
        }
        if (!AccessControlList.TryParse(descriptor.Dacl, out List<(byte Type, byte Flags, uint Mask, Sid? Sid)> entries))
        {
            return 0;
        }
        uint allowed = 0, denied = 0;
        bool isOwner = Sid.TryRead(descriptor.Owner, out Sid? owner) && Applies(token, owner, false, restricted);
        if (isOwner && !entries.Exists(e => WellKnownSids.OwnerRights.Equals(e.Sid)))
        {
            allowed = ReadControl | WriteDac;
        }
        foreach ((byte type, byte flags, uint mask, Sid? sid) in entries)
        {
            if (sid is null || (flags & AccessControlList.InheritOnly) != 0 || type is not (AccessControlList.AllowType or AccessControlList.DenyType))
            {
                continue;
            }
            bool deny = type == AccessControlList.DenyType;
            if (!(sid.Equals(WellKnownSids.OwnerRights) ? isOwner : Applies(token, sid, deny, restricted)))
            {
                continue;
            }
            uint rights = Map(mask, mapping);
            if (deny)
            {
                denied |= rights & ~allowed;
            }
            else
            {
                allowed |= rights & ~denied;
            }
        }
        return allowed;
    }

    private static bool Applies(TokenObject token, Sid sid, bool deny, bool restricted) =>
        restricted ? token.RestrictedSids.Exists(group => group.Sid.Equals(sid)) : token.Contains(sid, deny);

    private static uint ForbiddenByIntegrity(SecurityDescriptorParts descriptor, TokenObject token, ReadOnlySpan<uint> mapping)
    {
        uint level = WellKnownSids.MediumIntegrity.RelativeId, policy = NoWriteUp;
        if (descriptor.Sacl is not null && AccessControlList.TryParse(descriptor.Sacl, out List<(byte Type, byte Flags, uint Mask, Sid? Sid)> entries))
        {
            foreach ((byte type, byte flags, uint mask, Sid? sid) in entries)
            {
                if (type == AccessControlList.LabelType && (flags & AccessControlList.InheritOnly) == 0)
                {
                    (level, policy) = (sid!.RelativeId, mask);
                    break;
                }
            }
        }
        if (token.IntegrityLevel.RelativeId >= level)
        {
            return 0;
        }
        uint kept = (policy & NoReadUp) == 0 ? mapping[0] : 0;
        kept |= (policy & NoWriteUp) == 0 ? mapping[1] | WriteDac | WriteOwner | Delete : 0;
        kept |= (policy & NoExecuteUp) == 0 ? mapping[2] : 0;
        return ~kept;
    }
}
