using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Emulation.Io.Host;

/// <summary>Copies of descriptors.</summary>
internal static class HostDescriptor
{
    /// <summary>A descriptor of the same open file with a life of its own. STATUS_TOO_MANY_OPENED_FILES when there are too many.</summary>
    public static NtStatus Duplicate(SafeFileHandle source, out SafeFileHandle? copy)
    {
        copy = null;
        bool held = false;
        try
        {
            source.DangerousAddRef(ref held);
            int descriptor = NativeIo.FCntl((int)source.DangerousGetHandle(), NativeIo.DuplicateCloseOnExec, 0);
            if (descriptor < 0)
            {
                return Errno.LastStatus;
            }
            copy = new SafeFileHandle(descriptor, true);
            return NtStatus.Success;
        }
        catch (ObjectDisposedException)
        {
            return NtStatus.FileClosed;
        }
        finally
        {
            if (held)
            {
                source.DangerousRelease();
            }
        }
    }
}
