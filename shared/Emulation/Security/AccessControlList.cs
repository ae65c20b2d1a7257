using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Security;

/// <summary>Access-control lists in their binary form ([MS-DTYP] 2.4.5).</summary>
internal static class AccessControlList
{
    /// <summary>ACCESS_ALLOWED_ACE_TYPE.</summary>
    public const byte AllowType = 0;

    /// <summary>ACCESS_DENIED_ACE_TYPE.</summary>
    public const byte DenyType = 1;

    /// <summary>SYSTEM_MANDATORY_LABEL_ACE_TYPE.</summary>
    public const byte LabelType = 0x11;

    /// <summary>INHERIT_ONLY_ACE.</summary>
    public const byte InheritOnly = 0x8;

    private const int HeaderSize = 8;

    /// <summary>Makes an ACL of allow entries.</summary>
    public static byte[] Build(params ReadOnlySpan<(Sid Sid, uint Mask)> entries)
    {
        InformationBuilder b = new();
        b.U8(2).U8(0).U16(0).U16((ushort)entries.Length).U16(0);
        foreach ((Sid sid, uint mask) in entries)
        {
            b.U8(AllowType).U8(0).U16((ushort)(8 + sid.Length)).U32(mask).Bytes(sid.Bytes);
        }
        byte[] acl = b.Data.ToArray();
        BitConverter.TryWriteBytes(acl.AsSpan(2), (ushort)acl.Length);
        return acl;
    }

    /// <summary>
    /// Splits an ACL into type, flags, mask and SID; entries of types without that shape have a null SID. False when it is malformed.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> acl, out List<(byte Type, byte Flags, uint Mask, Sid? Sid)> entries)
    {
        entries = [];
        if (acl.Length < HeaderSize || acl[0] is < 2 or > 4 || BitConverter.ToUInt16(acl[2..]) is var size && (size < HeaderSize || size > acl.Length))
        {
            return false;
        }
        int count = BitConverter.ToUInt16(acl[4..]);
        ReadOnlySpan<byte> rest = acl[HeaderSize..BitConverter.ToUInt16(acl[2..])];
        for (int i = 0; i < count; i++)
        {
            if (rest.Length < 8 || BitConverter.ToUInt16(rest[2..]) is var length && (length < 8 || length > rest.Length))
            {
                return false;
            }
            length = BitConverter.ToUInt16(rest[2..]);
            Sid? sid = null;
            if (rest[0] is <= 3 or LabelType && !Sid.TryRead(rest[8..length], out sid))
            {
                return false;
            }
            entries.Add((rest[0], rest[1], BitConverter.ToUInt32(rest[4..]), sid));
            rest = rest[length..];
        }
        return true;
    }
}
