using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.SystemInfo;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Security;

/// <summary>Arrays of LUID_AND_ATTRIBUTES in guest memory: 12 bytes an entry.</summary>
internal static class TokenPrivileges
{
    private const int EntrySize = 12;

    /// <summary>Reads entries: STATUS_INVALID_PARAMETER when there are more than <paramref name="limit"/>.</summary>
    public static NtStatus Read(NtThread t, GuestPointer pointer, uint count, int limit, out TokenPrivilege[] privileges)
    {
        privileges = [];
        if (count > (uint)limit)
        {
            return NtStatus.InvalidParameter;
        }
        byte[] data = new byte[count * EntrySize];
        if (count != 0 && !t.Memory.TryRead(pointer, data))
        {
            return NtStatus.AccessViolation;
        }
        privileges = new TokenPrivilege[count];
        for (int i = 0; i < privileges.Length; i++)
        {
            privileges[i] = new TokenPrivilege(BitConverter.ToUInt64(data, i * EntrySize), BitConverter.ToUInt32(data, (i * EntrySize) + 8));
        }
        return NtStatus.Success;
    }

    /// <summary>Writes entries.</summary>
    public static bool Write(NtThread t, GuestPointer pointer, IReadOnlyCollection<TokenPrivilege> privileges) =>
        privileges.Count == 0 || t.Memory.TryWrite(pointer, Append(new InformationBuilder(), privileges).Data);

    /// <summary>Appends entries to an image.</summary>
    public static InformationBuilder Append(InformationBuilder b, IEnumerable<TokenPrivilege> privileges)
    {
        foreach (TokenPrivilege privilege in privileges)
        {
            b.U64(privilege.Luid).U32(privilege.Attributes);
        }
        return b;
    }
}
