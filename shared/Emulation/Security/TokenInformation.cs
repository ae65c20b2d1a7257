using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Security;

/// <summary>Builds the structures of NtQueryInformationToken (winnt.h), with pointers into the caller's buffer.</summary>
internal static class TokenInformation
{
    private const uint ElevationTypeDefault = 1;
    private const uint MandatoryPolicy = 3;

    /// <summary>Builds a class; null for one that does not exist. Call under the token's lock.</summary>
    /// <param name="token">The token.</param>
    /// <param name="informationClass">TOKEN_INFORMATION_CLASS.</param>
    /// <param name="address">Guest address of the caller's buffer.</param>
    public static InformationBuilder? Build(TokenObject token, uint informationClass, ulong address)
    {
        InformationBuilder b = new(address);
        switch (informationClass)
        {
            case 1:
                return OneSid(b, token.User, 0);
            case 2:
                return Groups(b, token.Groups.Append(new SidAndAttributes(token.IntegrityLevel, SidAndAttributes.Integrity)));
            case 3:
                b.U32((uint)token.Privileges.Count);
                token.Privileges.ForEach(privilege => b.U64(privilege.Luid).U32(privilege.Attributes));
                return b;
            case 4:
                return Pointer(b, token.Owner.Bytes);
            case 5:
                return Pointer(b, token.PrimaryGroup.Bytes);
            case 6:
                return Pointer(b, token.DefaultDacl);
            case 7:
                return b.Bytes("User32 \0"u8).U64(TokenObject.LogonSession);
            case 8:
                return b.U32(token.IsPrimary ? 1u : 2u);
            case 9:
                return token.IsPrimary ? null : b.U32((uint)token.Level);
            case 10:
                return b.U64(token.TokenId).U64(token.AuthenticationId).I64(long.MaxValue).U32(token.IsPrimary ? 1u : 2u).U32((uint)token.Level)
                    .U32(4096).U32(3000).U32((uint)token.Groups.Count + 1).U32((uint)token.Privileges.Count).U64(token.ModifiedId);
            case 11:
                return Groups(b, token.RestrictedSids);
            case 12:
                return b.U32(token.SessionId);
            case 17:
                return b.U64(0x3e7);
            case 18:
                return b.U32(ElevationTypeDefault);
            case 21:
                return b.U32(token.IsRestricted ? 1u : 0);
            case 25:
                return OneSid(b, token.IntegrityLevel, SidAndAttributes.Integrity);
            case 27:
                return b.U32(MandatoryPolicy);
            case 28:
                return Groups(b, token.Groups.Where(group => (group.Attributes & SidAndAttributes.LogonId) == SidAndAttributes.LogonId));
            case 30 or 37 or 38:
                return Groups(b, []);
            case 31 or 41:
                return b.U64(0);
            case 40:
                return b.U32(token.IsRestricted ? 1u : 0);
            case 15 or 20 or 23 or 24 or 26 or 29 or 32 or 42:
                return b.U32(0);
            default:
                return null;
        }
    }

    private static InformationBuilder OneSid(InformationBuilder b, Sid sid, uint attributes)
    {
        b.U64(0).U32(attributes).U32(0).PointHere(0);
        return b.Bytes(sid.Bytes);
    }

    private static InformationBuilder Pointer(InformationBuilder b, ReadOnlySpan<byte> data)
    {
        b.U64(0);
        if (!data.IsEmpty)
        {
            b.PointHere(0);
        }
        return b.Bytes(data);
    }

    internal static InformationBuilder Groups(InformationBuilder b, IEnumerable<SidAndAttributes> groups)
    {
        List<SidAndAttributes> list = [.. groups];
        b.U32((uint)list.Count).U32(0);
        list.ForEach(group => b.U64(0).U32(group.Attributes).U32(0));
        for (int i = 0; i < list.Count; i++)
        {
            b.PointHere(8 + (i * 16));
            b.Bytes(list[i].Sid.Bytes);
        }
        return b;
    }
}
