using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Memory;

/// <summary>The host file behind a file object, for sections: they keep a descriptor of their own, since handles may be closed before views.</summary>
internal static class SectionFile
{
    private const int DuplicateCloseOnExec = 1030;

    /// <summary>A descriptor of the section's own. STATUS_INVALID_FILE_FOR_SECTION for what is no regular file.</summary>
    public static NtStatus Open(FileObject file, out SafeFileHandle? host, out long length)
    {
        host = null;
        length = 0;
        if (!file.TryGetHostFile(out SafeFileHandle handle))
        {
            return NtStatus.InvalidFileForSection;
        }
        int descriptor = NativeIo.FCntl((int)handle.DangerousGetHandle(), DuplicateCloseOnExec, 0);
        if (descriptor < 0)
        {
            return Errno.LastStatus;
        }
        host = new SafeFileHandle(descriptor, ownsHandle: true);
        length = RandomAccess.GetLength(host);
        return NtStatus.Success;
    }

    /// <summary>Makes the file longer.</summary>
    public static NtStatus Extend(FileObject file, long length)
    {
        if (!file.TryGetHostFile(out SafeFileHandle handle))
        {
            return NtStatus.InvalidFileForSection;
        }
        try
        {
            RandomAccess.SetLength(handle, length);
            return NtStatus.Success;
        }
        catch (IOException)
        {
            return NtStatus.DiskFull;
        }
    }

    /// <summary>NT device name of the file.</summary>
    public static string NameOf(FileObject file)
    {
        string name = file.ObjectName;
        const string prefix = @"\??\";
        return name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > 6 && name[5] == ':'
            ? (name[4] is 'Z' or 'z' ? @"\Device\HarddiskVolume2" : @"\Device\HarddiskVolume1") + name[6..]
            : name;
    }
}
