using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Io.Host;

/// <summary>Linux error numbers (asm-generic/errno.h) and the one table that turns them into NTSTATUS values.</summary>
internal static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int ENXIO = 6;
    public const int E2BIG = 7;
    public const int EBADF = 9;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int EFAULT = 14;
    public const int EBUSY = 16;
    public const int EEXIST = 17;
    public const int EXDEV = 18;
    public const int ENODEV = 19;
    public const int ENOTDIR = 20;
    public const int EISDIR = 21;
    public const int EINVAL = 22;
    public const int ENFILE = 23;
    public const int EMFILE = 24;
    public const int ENOTTY = 25;
    public const int ETXTBSY = 26;
    public const int EFBIG = 27;
    public const int ENOSPC = 28;
    public const int ESPIPE = 29;
    public const int EROFS = 30;
    public const int EMLINK = 31;
    public const int EPIPE = 32;
    public const int ERANGE = 34;
    public const int ENAMETOOLONG = 36;
    public const int ENOSYS = 38;
    public const int ENOTEMPTY = 39;
    public const int ELOOP = 40;
    public const int ENODATA = 61;
    public const int EOVERFLOW = 75;
    public const int EOPNOTSUPP = 95;
    public const int ETIMEDOUT = 110;
    public const int ESTALE = 116;
    public const int EDQUOT = 122;

    /// <summary>errno of the last host call of this thread.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>errno behind an <see cref="IOException"/> (its HResult on Linux) or <see cref="UnauthorizedAccessException"/>; EIO when it is not known.</summary>
    public static int Of(Exception exception) => exception is UnauthorizedAccessException ? EACCES : exception.HResult is > 0 and < 134 and int errno ? errno : EIO;

    /// <summary>The status of the last host call that failed in this thread.</summary>
    public static NtStatus LastStatus => ToNtStatus(Last);

    /// <summary>The NTSTATUS that a Windows program expects where a Linux call fails with <paramref name="errno"/>.</summary>
    public static NtStatus ToNtStatus(int errno) => errno switch
    {
        0 => NtStatus.Success,
        EPERM or EACCES or EROFS or EXDEV or ETXTBSY => NtStatus.AccessDenied,
        ENOENT or ESTALE => NtStatus.ObjectNameNotFound,
        ENOTDIR => NtStatus.ObjectPathNotFound,
        EIO => NtStatus.IoDeviceError,
        ENXIO or ENODEV => NtStatus.NoSuchDevice,
        EBADF => NtStatus.AccessDenied,
        EAGAIN => NtStatus.DeviceNotReady,
        ENOMEM => NtStatus.NoMemory,
        EFAULT => NtStatus.AccessViolation,
        EBUSY => NtStatus.SharingViolation,
        EEXIST => NtStatus.ObjectNameCollision,
        EISDIR => NtStatus.FileIsADirectory,
        EINVAL => NtStatus.InvalidParameter,
        ENFILE or EMFILE => NtStatus.TooManyOpenedFiles,
        ENOTTY or ENOSYS => NtStatus.InvalidDeviceRequest,
        EFBIG or EOVERFLOW => NtStatus.FileTooLarge,
        ENOSPC or EDQUOT => NtStatus.DiskFull,
        ESPIPE => NtStatus.InvalidDeviceRequest,
        EMLINK => NtStatus.InsufficientResources,
        EPIPE => NtStatus.PipeBroken,
        ENAMETOOLONG => NtStatus.ObjectNameInvalid,
        ENOTEMPTY => NtStatus.DirectoryNotEmpty,
        ELOOP => NtStatus.ObjectPathInvalid,
        ENODATA => NtStatus.NotFound,
        EOPNOTSUPP => NtStatus.NotSupported,
        ETIMEDOUT => NtStatus.IoTimeout,
        EINTR => NtStatus.Cancelled,
        _ => NtStatus.Unsuccessful,
    };
}
