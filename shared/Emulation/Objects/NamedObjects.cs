using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Objects;

/// <summary>The path that all NtCreate* and NtOpen* calls of namespace objects share.</summary>
internal static class NamedObjects
{
    private const int MaximumLinks = 32;

    /// <summary>
    /// Gives a new object the name in its OBJECT_ATTRIBUTES and returns a handle. When the name is taken: with OBJ_OPENIF a handle of
    /// the object that has it and STATUS_OBJECT_NAME_EXISTS; otherwise STATUS_OBJECT_NAME_COLLISION, or
    /// STATUS_OBJECT_TYPE_MISMATCH when that object is of another type.
    /// </summary>
    internal static NtStatus Create<T>(NtThread thread, GuestPointer handle, uint access, GuestPointer attributes, T value)
        where T : KernelObject
    {
        // libwine's kernelbase returns its handle variable even when the call fails, and expects it to be zero then.
        if (!thread.Memory.TryWrite(handle, 0ul))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = NtObjectAttributes.Read(thread, attributes, out NtObjectAttributes parsed);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!parsed.SecurityDescriptor.IsNull)
        {
            status = SecurityDescriptorParts.ReadGuest(thread.Memory, parsed.SecurityDescriptor, out SecurityDescriptorParts security);
            if (!status.IsSuccess)
            {
                return status;
            }
            value.SecurityDescriptor = security.WithDefaults().ToBytes();
        }
        if (string.IsNullOrEmpty(parsed.Name))
        {
            return thread.ReturnHandle(handle, value, access, parsed.Flags);
        }
        if (!TryGetRoot(parsed, out DirectoryObject? root))
        {
            return NtStatus.ObjectTypeMismatch;
        }
        value.AddHandle();
        value.IsPermanent = parsed.Flags.HasFlag(ObjectFlags.Permanent);
        status = thread.Executive.Namespace.Insert(root, parsed.Name, parsed.IgnoreCase, value, out KernelObject? existing);
        if (status.IsSuccess)
        {
            status = thread.ReturnHandle(handle, value, access, parsed.Flags);
            value.IsPermanent &= status.IsSuccess;
        }
        else if (status == NtStatus.ObjectNameCollision)
        {
            status = Resolve(thread, existing, out T found);
            if (status.IsSuccess && !parsed.Flags.HasFlag(ObjectFlags.OpenIf))
            {
                status = NtStatus.ObjectNameCollision;
            }
            if (status.IsSuccess)
            {
                status = thread.ReturnHandle(handle, found, access, parsed.Flags);
                status = status.IsSuccess ? NtStatus.ObjectNameExists : status;
            }
        }
        value.RemoveHandle(thread.Process);
        return status;
    }

    /// <summary>
    /// Opens a named object: STATUS_INVALID_PARAMETER without attributes, STATUS_OBJECT_PATH_SYNTAX_BAD without a name,
    /// STATUS_OBJECT_TYPE_MISMATCH when it is of another type.
    /// </summary>
    internal static NtStatus Open<T>(NtThread thread, GuestPointer handle, uint access, GuestPointer attributes)
        where T : KernelObject
    {
        if (attributes.IsNull)
        {
            return NtStatus.InvalidParameter;
        }
        NtStatus status = NtObjectAttributes.Read(thread, attributes, out NtObjectAttributes parsed);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!TryGetRoot(parsed, out DirectoryObject? root))
        {
            return NtStatus.ObjectTypeMismatch;
        }
        KernelObject? found = root;
        if (!string.IsNullOrEmpty(parsed.Name))
        {
            status = thread.Executive.Namespace.Lookup(root, parsed.Name, parsed.IgnoreCase, out found, out string remainder);
            if (status.IsSuccess && remainder.Length != 0)
            {
                status = NtStatus.ObjectTypeMismatch;
            }
        }
        else if (root is null)
        {
            return NtStatus.ObjectPathSyntaxBad;
        }
        if (!status.IsSuccess)
        {
            return status;
        }
        status = Resolve(thread, found, out T value);
        return status.IsSuccess ? thread.ReturnHandle(handle, value, access, parsed.Flags) : status;
    }

    private static bool TryGetRoot(in NtObjectAttributes attributes, out DirectoryObject? root)
    {
        root = attributes.Root as DirectoryObject;
        return root is not null || attributes.Root is null;
    }

    /// <summary>Follows symbolic links at the end of a path, unless a link itself is wanted.</summary>
    private static NtStatus Resolve<T>(NtThread thread, KernelObject? found, out T value)
        where T : KernelObject
    {
        value = null!;
        for (int depth = 0; found is SymbolicLinkObject link && found is not T; depth++)
        {
            if (depth == MaximumLinks)
            {
                return NtStatus.ObjectNameNotFound;
            }
            NtStatus status = thread.Executive.Namespace.Lookup(null, link.Target, true, out found, out string remainder);
            if (!status.IsSuccess || remainder.Length != 0)
            {
                return status.IsSuccess ? NtStatus.ObjectTypeMismatch : status;
            }
        }
        if (found is not T typed)
        {
            return NtStatus.ObjectTypeMismatch;
        }
        value = typed;
        return NtStatus.Success;
    }
}
