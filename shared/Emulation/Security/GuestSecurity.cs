using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Security;

/// <summary>SIDs and ACLs in guest memory.</summary>
internal static class GuestSecurity
{
    private const int AclHeaderSize = 8;

    /// <summary>Reads a SID; address 0 gives null. STATUS_ACCESS_VIOLATION, STATUS_INVALID_SID.</summary>
    public static NtStatus ReadSid(NtThread t, ulong address, out Sid? sid)
    {
        sid = null;
        if (address == 0)
        {
            return NtStatus.Success;
        }
        Span<byte> data = stackalloc byte[Sid.MaximumLength];
        if (!t.Memory.TryRead(new GuestPointer(address), data[..8]))
        {
            return NtStatus.AccessViolation;
        }
        if (data[1] > 15)
        {
            return NtStatus.InvalidSid;
        }
        int length = 8 + (data[1] * 4);
        return !t.Memory.TryRead(new GuestPointer(address), data[..length]) ? NtStatus.AccessViolation
            : Sid.TryRead(data[..length], out sid) ? NtStatus.Success
            : NtStatus.InvalidSid;
    }

    /// <summary>Reads an ACL and checks it; address 0 gives null. STATUS_ACCESS_VIOLATION, STATUS_INVALID_ACL.</summary>
    public static NtStatus ReadAcl(NtThread t, ulong address, out byte[]? acl)
    {
        acl = null;
        if (address == 0)
        {
            return NtStatus.Success;
        }
        if (!t.Memory.TryRead(new GuestPointer(address), out ulong header))
        {
            return NtStatus.AccessViolation;
        }
        int size = (ushort)(header >> 16);
        if (size < AclHeaderSize)
        {
            return NtStatus.InvalidAcl;
        }
        acl = new byte[size];
        if (!t.Memory.TryRead(new GuestPointer(address), acl))
        {
            return NtStatus.AccessViolation;
        }
        return AccessControlList.TryParse(acl, out _) ? NtStatus.Success : NtStatus.InvalidAcl;
    }
}
