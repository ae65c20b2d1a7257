using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;

namespace PortableVirt.Emulation.Threads;

public sealed partial class NtThread
{
    /// <summary>
    /// The common end of NtCreateXxx: names the new object if it has a name and opens a handle. With OBJ_OPENIF an existing object
    /// of the same class is opened instead: STATUS_OBJECT_NAME_EXISTS, a success. Otherwise STATUS_OBJECT_NAME_COLLISION, or
    /// STATUS_OBJECT_TYPE_MISMATCH.
    /// </summary>
    public NtStatus InsertObject<T>(GuestPointer handle, uint access, in NtObjectAttributes attributes, T value)
        where T : KernelObject
    {
        NtStatus result = NtStatus.Success;
        KernelObject target = value;
        if (!string.IsNullOrEmpty(attributes.Name))
        {
            if (attributes.Root is not (null or DirectoryObject))
            {
                return NtStatus.ObjectTypeMismatch;
            }
            value.IsPermanent = attributes.Flags.HasFlag(ObjectFlags.Permanent);
            NtStatus status = Executive.Namespace.Insert((DirectoryObject?)attributes.Root, attributes.Name, attributes.IgnoreCase, value, out KernelObject? existing);
            if (status == NtStatus.ObjectNameCollision)
            {
                if (existing is not T)
                {
                    return NtStatus.ObjectTypeMismatch;
                }
                if (!attributes.Flags.HasFlag(ObjectFlags.OpenIf))
                {
                    return status;
                }
                (target, result) = (existing, NtStatus.ObjectNameExists);
            }
            else if (!status.IsSuccess)
            {
                return status;
            }
        }
        NtStatus opened = ReturnHandle(handle, target, access, attributes.Flags);
        if (!opened.IsSuccess)
        {
            Executive.Namespace.RemoveTemporary(value);
            return opened;
        }
        return result;
    }

    /// <summary>The common body of NtOpenXxx: finds a named object of a class and opens a handle.</summary>
    public NtStatus OpenObject<T>(GuestPointer handle, uint access, GuestPointer attributes)
        where T : KernelObject
    {
        NtStatus status = NtObjectAttributes.Read(this, attributes, out NtObjectAttributes oa);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (string.IsNullOrEmpty(oa.Name))
        {
            return NtStatus.ObjectPathSyntaxBad;
        }
        if (oa.Root is not (null or DirectoryObject))
        {
            return NtStatus.ObjectTypeMismatch;
        }
        status = Executive.Namespace.Lookup((DirectoryObject?)oa.Root, oa.Name, oa.IgnoreCase, out KernelObject? found, out string remainder);
        if (!status.IsSuccess)
        {
            return status;
        }
        return remainder.Length != 0 || found is not T ? NtStatus.ObjectTypeMismatch : ReturnHandle(handle, found, access, oa.Flags);
    }
}
