using PortableVirt.Emulation.Objects;

namespace PortableVirt.Emulation.Io;

/// <summary>
/// A device in the object namespace, for example \Device\Null: NtCreateFile on it, or on a path below it, asks it for a file
/// object. Not part of handle tables itself.
/// </summary>
public abstract class DeviceObject() : KernelObject(ObjectKinds.File)
{
    /// <summary>Opens a file on the device.</summary>
    /// <param name="request">The checked arguments.</param>
    /// <param name="remainder">The rest of the name below the device, without a leading backslash.</param>
    /// <param name="file">The new file object; the caller makes the handle.</param>
    /// <param name="information">IO_STATUS_BLOCK.Information: FILE_OPENED (1) and so on.</param>
    internal abstract NtStatus Open(in FileCreateRequest request, string remainder, out FileObject file, out ulong information);
}
