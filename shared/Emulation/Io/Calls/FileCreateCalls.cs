using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Calls;

/// <summary>NtCreateFile, NtOpenFile, NtDeleteFile.</summary>
internal static class FileCreateCalls
{
    private const FileOptions Synchronous = FileOptions.SynchronousAlert | FileOptions.SynchronousNonAlert;

    [NtSyscall("NtCreateFile", Support.Full)]
    internal static NtStatus NtCreateFile(
        NtThread t, GuestPointer handle, uint access, GuestPointer attributes, GuestPointer ioStatus, GuestPointer allocationSize,
        uint fileAttributes, uint share, uint disposition, uint options, GuestPointer eaBuffer, uint eaLength)
    {
        long allocation = 0;
        if (!allocationSize.IsNull && !t.Memory.TryRead(allocationSize, out allocation))
        {
            return NtStatus.AccessViolation;
        }
        List<ExtendedAttribute> extended = [];
        if (!eaBuffer.IsNull && eaLength != 0)
        {
            NtStatus status = ExtendedAttributeCalls.Read(t, eaBuffer, eaLength, out extended, out int errorOffset);
            if (!status.IsSuccess)
            {
                t.Memory.TryWrite(ioStatus, new IoStatusBlock64(status, (ulong)errorOffset));
                return status;
            }
        }
        return disposition > (uint)FileDisposition.OverwriteIf || allocation < 0
            ? NtStatus.InvalidParameter
            : CreateFile(t, handle, access, attributes, ioStatus, new FileCreateRequest(t, access, fileAttributes, share, (FileDisposition)disposition, (FileOptions)options, allocation, false)
            {
                ExtendedAttributes = extended,
            });
    }

    [NtSyscall("NtOpenFile", Support.Full)]
    internal static NtStatus NtOpenFile(NtThread t, GuestPointer handle, uint access, GuestPointer attributes, GuestPointer ioStatus, uint share, uint options) =>
        CreateFile(t, handle, access, attributes, ioStatus, new FileCreateRequest(t, access, 0, share, FileDisposition.Open, (FileOptions)options, 0, false));

    [NtSyscall("NtDeleteFile", Support.Full)]
    internal static NtStatus NtDeleteFile(NtThread t, GuestPointer attributes)
    {
        NtStatus status = NtObjectAttributes.Read(t, attributes, out NtObjectAttributes name);
        if (!status.IsSuccess)
        {
            return status;
        }
        FileCreateRequest request = new(t, FileAccessRights.Delete | FileAccessRights.Synchronize, 0, 7, FileDisposition.Open, FileOptions.DeleteOnClose | FileOptions.SynchronousNonAlert, 0, false);
        status = t.Executive.Io.Create(request, name.Root, name.Name ?? "", name.IgnoreCase, out FileObject file, out _);
        if (status.IsSuccess)
        {
            status = t.Process.Handles.Insert(file, file.Access, false, out Handle handle);
            t.Process.Handles.Close(handle);
        }
        return status;
    }

    /// <summary>Opens a file for a call that needs it only while it runs; the caller closes it with <see cref="CloseTransient"/>.</summary>
    internal static NtStatus OpenTransient(NtThread t, GuestPointer attributes, uint access, FileOptions options, out FileObject file, out Handle handle)
    {
        file = null!;
        handle = default;
        NtStatus status = NtObjectAttributes.Read(t, attributes, out NtObjectAttributes name);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (name.Name is null)
        {
            return NtStatus.ObjectPathSyntaxBad;
        }
        status = t.Executive.Io.Create(new FileCreateRequest(t, access, 0, 7, FileDisposition.Open, options, 0, false), name.Root, name.Name, name.IgnoreCase, out file, out _);
        return status.IsSuccess ? t.Process.Handles.Insert(file, access, false, out handle) : status;
    }

    /// <summary>Closes what <see cref="OpenTransient"/> opened.</summary>
    internal static void CloseTransient(NtThread t, Handle handle) => t.Process.Handles.Close(handle);

    private static NtStatus CreateFile(NtThread t, GuestPointer handle, uint access, GuestPointer attributes, GuestPointer ioStatus, FileCreateRequest request)
    {
        NtStatus status = CheckArguments(access, request);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = NtObjectAttributes.Read(t, attributes, out NtObjectAttributes name);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (name.Name is null && name.Root is null)
        {
            return NtStatus.ObjectPathSyntaxBad;
        }
        uint mapped = ObjectKinds.File.MapAccess(access & ~FileAccessRights.MaximumAllowed) | (access & FileAccessRights.MaximumAllowed);
        FileCreateRequest asked = request with { Access = mapped };
        if (t.LinkToOpen is { } link)
        {
            t.LinkToOpen = null;
            asked = link.Equals(name.Name, StringComparison.OrdinalIgnoreCase) ? asked with { Options = asked.Options | FileOptions.OpenReparsePoint } : asked;
        }
        status = request.Options.HasFlag(FileOptions.OpenByFileId)
            ? FileIdOpener.Open(t.Executive, asked, name.Root, name.Name ?? "", out FileObject file, out ulong information)
            : t.Executive.Io.Create(asked, name.Root, name.Name ?? "", name.IgnoreCase, out file, out information);
        if (!status.IsSuccess)
        {
            return status;
        }
        NtStatus returned = t.ReturnHandle(handle, file, file.Access, name.Flags);
        if (!returned.IsSuccess)
        {
            return returned;
        }
        t.Memory.TryWrite(ioStatus, new IoStatusBlock64(status, information));
        return status;
    }

    /// <summary>The checks that the I/O manager makes before any driver sees the call (IopCreateFile).</summary>
    private static NtStatus CheckArguments(uint access, in FileCreateRequest request)
    {
        FileOptions options = request.Options;
        bool synchronous = (options & Synchronous) != 0;
        return request.Share > 7
            || (options & ~FileOptions.Valid) != 0
            || (synchronous && (access & (FileAccessRights.Synchronize | 0xf0000000 | FileAccessRights.MaximumAllowed)) == 0)
            || (options & Synchronous) == Synchronous
            || (options.HasFlag(FileOptions.Directory) && options.HasFlag(FileOptions.NonDirectory))
            || (options.HasFlag(FileOptions.Directory) && request.Disposition is FileDisposition.Supersede or FileDisposition.Overwrite or FileDisposition.OverwriteIf)
            || (options.HasFlag(FileOptions.DeleteOnClose) && (access & (FileAccessRights.Delete | 0x10000000 | FileAccessRights.MaximumAllowed)) == 0)
            ? NtStatus.InvalidParameter
            : NtStatus.Success;
    }
}
