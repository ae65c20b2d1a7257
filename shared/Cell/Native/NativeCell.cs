using System.Runtime.InteropServices;

namespace PortableVirt.Cell.Native;

/// <summary>System calls of the cell. Those without a wrapper in the C library go by number; all return -1 and leave errno as the last P/Invoke error.</summary>
internal static partial class NativeCell
{
    public const nint SysSeccomp = 317;
    public const nint SysLandlockCreateRuleset = 444;
    public const nint SysLandlockAddRule = 445;
    public const nint SysLandlockRestrictSelf = 446;
    public const nint SysRtTgSigQueueInfo = 297;
    public const nint SysPrctl = 157;
    public const nint SysCapGet = 125;
    public const nint SysCapSet = 126;
    public const int PrSetDumpable = 4;
    public const int PrSetNoNewPrivs = 38;
    public const int OpenPath = 0x20_0000;
    public const int OpenCloseOnExec = 0x8_0000;
    public const int OpenFolder = 0x1_0000;
    public const int GetDescriptorFlags = 1;
    public const int ProtRead = 1;
    public const int ProtWrite = 2;
    public const int ProtExecute = 4;
    public const int MapPrivateAnonymous = 0x22;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint Call(nint number, nint first, nint second, nint third, nint fourth, nint fifth = 0);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, Span<byte> buffer, nuint length);

    /// <summary>0 at the folder's end.</summary>
    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint ReadFolder(int descriptor, Span<byte> buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FCntl(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int PrCtl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetRLimit(int resource, ReadOnlySpan<ulong> softAndHard);

    [LibraryImport("libc", EntryPoint = "sigaction", SetLastError = true)]
    public static partial int SigAction(int signal, ref SignalAction action, nint old);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Protect(nint address, nuint length, int protection);
}
