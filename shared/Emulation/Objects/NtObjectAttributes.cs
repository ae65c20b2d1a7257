using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Objects;

/// <summary>OBJECT_ATTRIBUTES read from the guest and checked.</summary>
/// <param name="Root">The object that the name is relative to, or null.</param>
/// <param name="Name">The name, or null when the structure has none (an empty name is "").</param>
/// <param name="Flags">OBJ_ flags.</param>
/// <param name="SecurityDescriptor">Guest address of a security descriptor, or null.</param>
public readonly record struct NtObjectAttributes(KernelObject? Root, string? Name, ObjectFlags Flags, GuestPointer SecurityDescriptor)
{
    /// <summary>True when OBJ_CASE_INSENSITIVE is set.</summary>
    public bool IgnoreCase => Flags.HasFlag(ObjectFlags.CaseInsensitive);

    /// <summary>
    /// Reads the structure; a null pointer is an unnamed object without flags. STATUS_ACCESS_VIOLATION, STATUS_INVALID_PARAMETER
    /// (wrong Length), STATUS_INVALID_HANDLE (RootDirectory), STATUS_OBJECT_NAME_INVALID (odd length).
    /// </summary>
    public static NtStatus Read(NtThread thread, GuestPointer pointer, out NtObjectAttributes result)
    {
        result = default;
        if (pointer.IsNull)
        {
            return NtStatus.Success;
        }
        if (!thread.Memory.TryRead(pointer, out ObjectAttributes64 raw))
        {
            return NtStatus.AccessViolation;
        }
        if (raw.Length != 48)
        {
            return NtStatus.InvalidParameter;
        }
        KernelObject? root = null;
        if (raw.RootDirectory != 0)
        {
            NtStatus status = thread.Reference(new Handle(raw.RootDirectory), 0, out KernelObject found);
            if (!status.IsSuccess)
            {
                return status;
            }
            root = found;
        }
        string? name = null;
        if (raw.ObjectName != 0)
        {
            if (!thread.Memory.TryRead(new GuestPointer(raw.ObjectName), out UnicodeString64 header))
            {
                return NtStatus.AccessViolation;
            }
            if ((header.Length & 1) != 0)
            {
                return NtStatus.ObjectNameInvalid;
            }
            if (!thread.Memory.TryReadUtf16(new GuestPointer(header.Buffer), header.Length, out name))
            {
                return NtStatus.AccessViolation;
            }
        }
        result = new NtObjectAttributes(root, name, (ObjectFlags)raw.Attributes, new GuestPointer(raw.SecurityDescriptor));
        return NtStatus.Success;
    }
}
