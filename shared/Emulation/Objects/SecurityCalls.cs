using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Objects;

/// <summary>Reading and changing the security descriptors of objects.</summary>
internal static class SecurityCalls
{
    private const uint OwnerInformation = 0x1;
    private const uint GroupInformation = 0x2;
    private const uint DaclInformation = 0x4;
    private const uint SaclInformation = 0x8;
    private const uint LabelInformation = 0x10;

    [NtSyscall("NtQuerySecurityObject", Support.Partial, "Descriptors are kept and reported, they do not restrict access: the policy of the package does.")]
    internal static NtStatus NtQuerySecurityObject(NtThread t, Handle handle, uint information, GuestPointer descriptor, uint length, GuestPointer lengthNeeded)
    {
        uint access = (information & (OwnerInformation | GroupInformation | DaclInformation | LabelInformation)) != 0 ? AccessRights.ReadControl : 0;
        access |= (information & SaclInformation) != 0 ? AccessRights.AccessSystemSecurity : 0;
        NtStatus status = t.Reference(handle, access, out KernelObject value);
        if (!status.IsSuccess)
        {
            return status;
        }
        SecurityDescriptorParts parts = Current(value);
        bool dacl = (information & DaclInformation) != 0;
        bool sacl = (information & (SaclInformation | LabelInformation)) != 0;
        byte[] image = new SecurityDescriptorParts(
            (ushort)(parts.Control & ~((dacl ? 0 : SecurityDescriptorParts.DaclPresent) | (sacl ? 0 : SecurityDescriptorParts.SaclPresent))),
            (information & OwnerInformation) != 0 ? parts.Owner : null,
            (information & GroupInformation) != 0 ? parts.Group : null,
            sacl ? parts.Sacl : null,
            dacl ? parts.Dacl : null).ToBytes();
        if (!t.Memory.TryWrite(lengthNeeded, (uint)image.Length))
        {
            return NtStatus.AccessViolation;
        }
        if (length < image.Length)
        {
            return NtStatus.BufferTooSmall;
        }
        return t.Memory.TryWrite(descriptor, image) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    [NtSyscall("NtSetSecurityObject", Support.Partial, "Descriptors are kept and reported, they do not restrict access: the policy of the package does.")]
    internal static NtStatus NtSetSecurityObject(NtThread t, Handle handle, uint information, GuestPointer descriptor)
    {
        if (descriptor.IsNull)
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = SecurityDescriptorParts.ReadGuest(t.Memory, descriptor, out SecurityDescriptorParts given);
        if (!status.IsSuccess)
        {
            return status;
        }
        uint access = (information & (OwnerInformation | GroupInformation | LabelInformation)) != 0 ? AccessRights.WriteOwner : 0;
        access |= (information & DaclInformation) != 0 ? AccessRights.WriteDac : 0;
        access |= (information & SaclInformation) != 0 ? AccessRights.AccessSystemSecurity : 0;
        status = t.Reference(handle, access, out KernelObject value);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (((information & OwnerInformation) != 0 && given.Owner is null) || ((information & GroupInformation) != 0 && given.Group is null))
        {
            return NtStatus.InvalidSecurityDescr;
        }
        SecurityDescriptorParts parts = Current(value);
        if ((information & OwnerInformation) != 0)
        {
            parts = parts with { Owner = given.Owner };
        }
        if ((information & GroupInformation) != 0)
        {
            parts = parts with { Group = given.Group };
        }
        if ((information & DaclInformation) != 0)
        {
            parts = parts with { Dacl = given.Dacl, Control = Merge(parts.Control, given.Control, SecurityDescriptorParts.DaclPresent) };
        }
        if ((information & (SaclInformation | LabelInformation)) != 0)
        {
            parts = parts with { Sacl = given.Sacl, Control = Merge(parts.Control, given.Control, SecurityDescriptorParts.SaclPresent) };
        }
        value.SecurityDescriptor = parts.ToBytes();
        return NtStatus.Success;
    }

    private static SecurityDescriptorParts Current(KernelObject value) =>
        value.SecurityDescriptor is { } image && SecurityDescriptorParts.TryParse(image, out SecurityDescriptorParts parts) ? parts : SecurityDescriptorParts.Default;

    private static ushort Merge(ushort old, ushort given, ushort bit) => (ushort)((old & ~bit) | (given & bit));
}
