using System.Buffers.Binary;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Objects;

/// <summary>
/// The parts of a SECURITY_DESCRIPTOR ([MS-DTYP] 2.4.6), apart from where they lie: SIDs and ACLs as bytes, null where there is none.
/// </summary>
/// <param name="Control">SE_ flags, without SE_SELF_RELATIVE.</param>
/// <param name="Owner">SID of the owner.</param>
/// <param name="Group">SID of the primary group.</param>
/// <param name="Sacl">System ACL; present but null when <see cref="SaclPresent"/> is set.</param>
/// <param name="Dacl">Discretionary ACL; with <see cref="DaclPresent"/> set, null grants everything to everyone.</param>
public readonly record struct SecurityDescriptorParts(ushort Control, byte[]? Owner, byte[]? Group, byte[]? Sacl, byte[]? Dacl)
{
    /// <summary>SE_DACL_PRESENT.</summary>
    public const ushort DaclPresent = 0x4;

    /// <summary>SE_SACL_PRESENT.</summary>
    public const ushort SaclPresent = 0x10;

    private const ushort SelfRelative = 0x8000;
    private const int HeaderSize = 20;
    private const int MaximumSubAuthorities = 15;

    private static readonly byte[] _user = Sid(5, 21, 0, 0, 0, 1000);
    private static readonly byte[] _users = Sid(5, 21, 0, 0, 0, 513);
    private static readonly byte[] _system = Sid(5, 18);

    /// <summary>What an object has that was made without one: owned by the user; the user and the system may do everything.</summary>
    public static SecurityDescriptorParts Default { get; } = new(DaclPresent, _user, _users, null, Acl(_system, _user));

    /// <summary>Fills up what is missing from <see cref="Default"/>.</summary>
    public SecurityDescriptorParts WithDefaults() => this with
    {
        Owner = Owner ?? Default.Owner,
        Group = Group ?? Default.Group,
        Dacl = (Control & DaclPresent) != 0 ? Dacl : Default.Dacl,
        Control = (ushort)(Control | DaclPresent),
    };

    /// <summary>Lays the parts out as a self-relative descriptor.</summary>
    public byte[] ToBytes()
    {
        byte[] image = new byte[HeaderSize + Length(Sacl) + Length(Dacl) + Length(Owner) + Length(Group)];
        image[0] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(2), (ushort)(Control | SelfRelative));
        int end = HeaderSize;
        Put(12, Sacl);
        Put(16, Dacl);
        Put(4, Owner);
        Put(8, Group);
        return image;

        void Put(int field, byte[]? part)
        {
            if (part is not null)
            {
                BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(field), end);
                part.CopyTo(image, end);
                end += part.Length;
            }
        }
    }

    /// <summary>Reads a self-relative descriptor that <see cref="ToBytes"/> made, or any other; false when it is malformed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> image, out SecurityDescriptorParts parts)
    {
        parts = default;
        if (image.Length < HeaderSize || image[0] != 1 || (BinaryPrimitives.ReadUInt16LittleEndian(image[2..]) & SelfRelative) == 0
            || !Get(image, 4, SidLength, out byte[]? owner) || !Get(image, 8, SidLength, out byte[]? group)
            || !Get(image, 12, AclLength, out byte[]? sacl) || !Get(image, 16, AclLength, out byte[]? dacl))
        {
            return false;
        }
        parts = new SecurityDescriptorParts((ushort)(BinaryPrimitives.ReadUInt16LittleEndian(image[2..]) & ~SelfRelative), owner, group, sacl, dacl);
        return true;
    }

    /// <summary>
    /// Reads a descriptor, absolute or self-relative, from guest memory: STATUS_ACCESS_VIOLATION, STATUS_UNKNOWN_REVISION,
    /// STATUS_INVALID_SID or STATUS_INVALID_ACL.
    /// </summary>
    public static NtStatus ReadGuest(GuestAccessor memory, GuestPointer pointer, out SecurityDescriptorParts parts)
    {
        parts = default;
        Span<byte> header = stackalloc byte[40];
        if (!memory.TryRead(pointer, header[..HeaderSize]))
        {
            return NtStatus.AccessViolation;
        }
        if (header[0] != 1)
        {
            return NtStatus.UnknownRevision;
        }
        ushort control = BinaryPrimitives.ReadUInt16LittleEndian(header[2..]);
        bool relative = (control & SelfRelative) != 0;
        if (!relative && !memory.TryRead(pointer, header))
        {
            return NtStatus.AccessViolation;
        }
        Span<ulong> addresses = stackalloc ulong[4];
        for (int i = 0; i < addresses.Length; i++)
        {
            ulong value = relative ? BinaryPrimitives.ReadUInt32LittleEndian(header[(4 + (i * 4))..]) : BinaryPrimitives.ReadUInt64LittleEndian(header[(8 + (i * 8))..]);
            addresses[i] = relative && value != 0 ? pointer.Address + value : value;
        }
        NtStatus status = ReadSid(memory, addresses[0], out byte[]? owner);
        byte[]? group = null;
        byte[]? sacl = null;
        byte[]? dacl = null;
        status = status.IsSuccess ? ReadSid(memory, addresses[1], out group) : status;
        status = status.IsSuccess && (control & SaclPresent) != 0 ? ReadAcl(memory, addresses[2], out sacl) : status;
        status = status.IsSuccess && (control & DaclPresent) != 0 ? ReadAcl(memory, addresses[3], out dacl) : status;
        parts = new SecurityDescriptorParts((ushort)(control & ~SelfRelative), owner, group, sacl, dacl);
        return status;
    }

    private static NtStatus ReadSid(GuestAccessor memory, ulong address, out byte[]? sid)
    {
        sid = null;
        if (address == 0)
        {
            return NtStatus.Success;
        }
        Span<byte> start = stackalloc byte[2];
        if (!memory.TryRead(new GuestPointer(address), start))
        {
            return NtStatus.AccessViolation;
        }
        if (start[0] != 1 || start[1] > MaximumSubAuthorities)
        {
            return NtStatus.InvalidSid;
        }
        sid = new byte[SidLength(start)];
        return memory.TryRead(new GuestPointer(address), sid.AsSpan()) && sid[1] == start[1] ? NtStatus.Success : NtStatus.AccessViolation;
    }

    private static NtStatus ReadAcl(GuestAccessor memory, ulong address, out byte[]? acl)
    {
        acl = null;
        if (address == 0)
        {
            return NtStatus.Success;
        }
        Span<byte> start = stackalloc byte[8];
        if (!memory.TryRead(new GuestPointer(address), start))
        {
            return NtStatus.AccessViolation;
        }
        int length = AclLength(start);
        if (length < 8)
        {
            return NtStatus.InvalidAcl;
        }
        acl = new byte[length];
        if (!memory.TryRead(new GuestPointer(address), acl.AsSpan()))
        {
            return NtStatus.AccessViolation;
        }
        return IsValidAcl(acl) ? NtStatus.Success : NtStatus.InvalidAcl;
    }

    private static bool IsValidAcl(ReadOnlySpan<byte> acl)
    {
        if (AclLength(acl) != acl.Length || acl[0] is < 2 or > 4)
        {
            return false;
        }
        int position = 8;
        for (int i = BinaryPrimitives.ReadUInt16LittleEndian(acl[4..]); i > 0; i--)
        {
            int size = position + 4 <= acl.Length ? BinaryPrimitives.ReadUInt16LittleEndian(acl[(position + 2)..]) : 0;
            if (size < 4 || size > acl.Length - position)
            {
                return false;
            }
            position += size;
        }
        return true;
    }

    private static bool Get(ReadOnlySpan<byte> image, int field, Func<ReadOnlySpan<byte>, int> measure, out byte[]? part)
    {
        part = null;
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(image[field..]);
        if (offset == 0)
        {
            return true;
        }
        if (offset > image.Length - 8)
        {
            return false;
        }
        ReadOnlySpan<byte> rest = image[(int)offset..];
        int length = measure(rest);
        if (length < 8 || length > rest.Length)
        {
            return false;
        }
        part = rest[..length].ToArray();
        return true;
    }

    private static int Length(byte[]? part) => part?.Length ?? 0;

    private static int SidLength(ReadOnlySpan<byte> sid) => 8 + (sid[1] * 4);

    private static int AclLength(ReadOnlySpan<byte> acl) => BinaryPrimitives.ReadUInt16LittleEndian(acl[2..]);

    private static byte[] Sid(byte authority, params ReadOnlySpan<uint> parts)
    {
        byte[] sid = new byte[8 + (parts.Length * 4)];
        (sid[0], sid[1], sid[7]) = (1, (byte)parts.Length, authority);
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(parts).CopyTo(sid.AsSpan(8));
        return sid;
    }

    private static byte[] Acl(params ReadOnlySpan<byte[]> grantees)
    {
        List<byte> acl = [2, 0, 0, 0, (byte)grantees.Length, 0, 0, 0];
        foreach (byte[] sid in grantees)
        {
            // ACCESS_ALLOWED_ACE with GENERIC_ALL.
            acl.AddRange([0, 0, (byte)(8 + sid.Length), 0, 0, 0, 0, 0x10]);
            acl.AddRange(sid);
        }
        acl[2] = (byte)acl.Count;
        return [.. acl];
    }
}
