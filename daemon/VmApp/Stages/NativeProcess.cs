using System.Runtime.InteropServices;

namespace PortableVirt.VmApp.Stages;

/// <summary>System calls on the own process.</summary>
internal static partial class NativeProcess
{
    public const int PrSetDumpable = 4;
    public const int PrSetName = 15;
    public const int PrCapBsetDrop = 24;
    public const int PrSetNoNewPrivs = 38;
    public const int PrCapAmbient = 47;
    public const nuint PrCapAmbientClearAll = 4;
    public const int RlimitCore = 4;

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int PrCtl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int PrCtl(int option, string argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetEUid();

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    public static partial int SetGroups(nuint count, ReadOnlySpan<uint> groups);

    [LibraryImport("libc", EntryPoint = "setresgid", SetLastError = true)]
    public static partial int SetResGid(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setresuid", SetLastError = true)]
    public static partial int SetResUid(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetRLimit(int resource, ReadOnlySpan<ulong> softAndHard);

    [LibraryImport("libc", EntryPoint = "umask")]
    public static partial uint UMask(uint mask);

    [LibraryImport("libc", EntryPoint = "fchdir", SetLastError = true)]
    public static partial int FChDir(int folder);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void Exit(int code);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ExecVe(string path, string?[] arguments, string?[] environment);
}
