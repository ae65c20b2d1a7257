using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Hypervisor.Native;

/// <summary>The ioctls of /dev/kvm (linux/kvm.h, x86-64). All return a negative value on failure and leave errno as the last P/Invoke error.</summary>
internal static partial class NativeKvm
{
    public const int ApiVersion = 12;

    public const nuint GetApiVersion = 0xAE00;
    public const nuint CreateVm = 0xAE01;
    public const nuint CheckExtension = 0xAE03;
    public const nuint GetVcpuMmapSize = 0xAE04;
    public const nuint GetSupportedCpuid = 0xC008_AE05;
    public const nuint CreateVcpu = 0xAE41;
    public const nuint SetNrMmuPages = 0xAE44;
    public const nuint SetUserMemoryRegion = 0x4020_AE46;
    public const nuint Run = 0xAE80;
    public const nuint SetMsrs = 0x4008_AE89;
    public const nuint SetCpuid2 = 0x4008_AE90;
    public const nuint GetDebugRegisters = 0x8080_AEA1;
    public const nuint SetDebugRegisters = 0x4080_AEA2;
    public const nuint GetXsave = 0x9000_AEA4;
    public const nuint SetXsave = 0x5000_AEA5;
    public const nuint SetXcrs = 0x4188_AEA7;
    public const nuint GetXsave2 = 0x9000_AECF;
    public const nuint GetSregs = 0x8138_AE83;
    public const nuint SetSregs = 0x4138_AE84;
    public const nuint SetDeviceAttr = 0x4018_AEE1;

    public const int CapUserMemory = 3;
    public const int CapExtCpuid = 7;
    public const int CapNrMemslots = 10;
    public const int CapXsave = 55;
    public const int CapXcrs = 56;
    public const int CapMaxVcpus = 66;
    public const int CapSyncRegs = 74;
    public const int CapImmediateExit = 136;
    public const int CapXsave2 = 208;

    [LibraryImport("libc.so.6", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(SafeFileHandle fd, nuint request, nint argument);

    [LibraryImport("libc.so.6", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(int fd, nuint request, nint argument);

    [LibraryImport("libc.so.6", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(SafeFileHandle fd, nuint request, ref KvmUserspaceMemoryRegion argument);

    [LibraryImport("libc.so.6", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(SafeFileHandle fd, nuint request, ref KvmSregs argument);

    [LibraryImport("libc.so.6", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(SafeFileHandle fd, nuint request, ref byte argument);

    [LibraryImport("libc.so.6", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(SafeFileHandle fd, nuint request, ref KvmDeviceAttribute argument);
}
