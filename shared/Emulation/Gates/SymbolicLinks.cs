using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;
using FileOptions = PortableVirt.Emulation.Io.FileOptions;

namespace PortableVirt.Emulation.Gates;

/// <summary>kernelbase.dll: symbolic links, which libwine 8.0 says to have made without making them, and which it cannot open as such.</summary>
internal static class SymbolicLinks
{
    private const uint DirectoryFlag = 1, UnprivilegedFlag = 2;
    private const uint FileNotFound = 2, PathNotFound = 3, AccessDenied = 5, NotReady = 21, Failed = 31, InvalidParameter = 87, InvalidName = 123, AlreadyExists = 183, InvalidReparseData = 4392;
    private const uint FileAttributeDirectory = 0x10;

    /// <summary>
    /// BOOLEAN CreateSymbolicLinkW(const WCHAR *link, const WCHAR *target, DWORD flags). Returns a Win32 error. Like Windows in developer mode, it asks
    /// for no privilege.
    /// </summary>
    [GateExport("kernelbase.dll", "CreateSymbolicLinkW")]
    internal static uint Create(NtThread thread, GuestPointer link, GuestPointer target, uint flags)
    {
        if ((flags & ~(DirectoryFlag | UnprivilegedFlag)) != 0 || !TryReadText(thread, link, out string name) || !TryReadText(thread, target, out string path))
        {
            return InvalidParameter;
        }
        if (path.Length == 0 || DosPath.ToNt(thread, name) is not { } linkName)
        {
            return PathNotFound;
        }
        bool relative = !DosPath.IsAbsolute(path);
        string? substitute = relative ? path.Replace('/', '\\') : DosPath.ToNt(thread, path);
        return substitute is null ? PathNotFound : ToWin32(Create(thread, linkName, substitute, relative, (flags & DirectoryFlag) != 0));
    }

    /// <summary>CreateFileW(const WCHAR *name, ...) was called with FILE_FLAG_OPEN_REPARSE_POINT: the thread's next NtCreateFile of that name means the link.</summary>
    [GateExport("kernelbase.dll", "CreateFileW")]
    internal static uint NoteLink(NtThread thread, GuestPointer name)
    {
        thread.LinkToOpen = TryReadText(thread, name, out string path) ? DosPath.ToNt(thread, path) : null;
        return 0;
    }

    private static NtStatus Create(NtThread thread, string link, string target, bool relative, bool isDirectory)
    {
        const uint access = FileAccessRights.WriteAttributes | FileAccessRights.Delete | FileAccessRights.Synchronize;
        FileOptions options = FileOptions.OpenReparsePoint | FileOptions.SynchronousNonAlert | (isDirectory ? FileOptions.Directory : FileOptions.NonDirectory);
        FileCreateRequest request = new(thread, access, isDirectory ? FileAttributeDirectory : 0, 0, FileDisposition.Create, options, 0, false);
        NtStatus status = thread.Executive.Io.Create(request, null, link, true, out FileObject made, out _);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = thread.Process.Handles.Insert(made, access, false, out Handle handle);
        if (status.IsSuccess)
        {
            status = made is DiskFile file ? ReparsePoints.MakeLink(file, target, relative) : NtStatus.InvalidDeviceRequest;
            if (!status.IsSuccess)
            {
                (made as DiskFile)?.DeleteWhenClosed();
            }
            thread.Process.Handles.Close(handle);
        }
        return status;
    }

    private static bool TryReadText(NtThread thread, GuestPointer pointer, out string text)
    {
        text = "";
        Span<char> units = new char[DosPath.MaximumLength + 1];
        for (int length = 0; length < units.Length; length++)
        {
            if (!thread.Memory.TryRead(pointer + ((uint)length * sizeof(char)), out units[length]))
            {
                return false;
            }
            if (units[length] == '\0')
            {
                text = units[..length].ToString();
                return true;
            }
        }
        return false;
    }

    private static uint ToWin32(NtStatus status) =>
        status.IsSuccess ? 0
        : status == NtStatus.ObjectNameCollision ? AlreadyExists
        : status == NtStatus.ObjectNameNotFound ? FileNotFound
        : status == NtStatus.ObjectPathNotFound ? PathNotFound
        : status == NtStatus.AccessDenied ? AccessDenied
        : status == NtStatus.ObjectNameInvalid ? InvalidName
        : status == NtStatus.IoReparseDataInvalid ? InvalidReparseData
        : status == NtStatus.NoSuchDevice ? NotReady
        : Failed;
}
