using System.Runtime.InteropServices;

namespace PortableVirt.VmApp.Stages;

/// <summary>System calls on namespaces and mounts (mount(2), mount_setattr(2), unshare(2), pivot_root(2)). All return -1 and leave errno as the last P/Invoke error.</summary>
internal static partial class NativeMount
{
    public const int NewMounts = 0x0002_0000;
    public const int NewHostName = 0x0400_0000;
    public const int NewIpc = 0x0800_0000;
    public const int NewNetwork = 0x4000_0000;

    public const nuint Bind = 0x1000;
    public const nuint Recursive = 0x4000;
    public const nuint Slave = 0x8_0000;
    public const nuint NoSetUid = 2;
    public const nuint NoDevices = 4;
    public const nuint NoExecution = 8;
    public const int Detach = 2;

    public const ulong AttributeReadOnly = 1;
    public const ulong AttributeNoSetUid = 2;
    public const ulong AttributeNoDevices = 4;
    public const ulong AttributeNoExecution = 8;
    public const int OpenPath = 0x20_0000;
    public const int OpenCloseOnExec = 0x8_0000;
    public const int OpenFolder = 0x1_0000;
    public const int OpenNoLink = 0x2_0000;
    public const int OpenExclusive = 0x80;
    public const int OpenWriteCreate = 0x41;
    public const int EmptyPath = 0x1000;

    /// <summary>STATX_TYPE | STATX_MODE | STATX_UID.</summary>
    public const uint TypeModeOwner = 0xB;

    private const nint SysPivotRoot = 155;
    private const nint SysMountSetAttr = 442;
    private const int CurrentFolder = -100;
    private const int Below = 0x8000;

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    public static partial int Unshare(int namespaces);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Mount(string source, string target, string? kind, nuint flags, string? data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    public static partial int SetFileUser(uint user);

    [LibraryImport("libc", EntryPoint = "setfsgid")]
    public static partial int SetFileGroup(uint group);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, uint mode = 0);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFolder(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "symlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string target, string path);

    [LibraryImport("libc", EntryPoint = "chdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeFolder(string path);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    public static partial int Duplicate(int from, int to);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatX(int folder, string path, int flags, uint mask, Span<uint> answer);

    /// <summary>Makes the current folder the root; the old root is mounted over it.</summary>
    public static int PivotHere() => (int)SysCall(SysPivotRoot, ".", ".");

    /// <summary>Adds attributes to a mount and all below.</summary>
    public static int SetAttributes(string path, ulong attributes) =>
        (int)SysCall(SysMountSetAttr, CurrentFolder, path, Below, [attributes, 0, 0, 0], 4 * sizeof(ulong));

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint SysCall(nint number, string first, string second);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint SysCall(nint number, nint folder, string path, nint flags, ReadOnlySpan<ulong> attributes, nint size);
}
