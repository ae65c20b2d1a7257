using static PortableVirt.Cell.SystemCalls.SystemCall;
using static PortableVirt.Cell.SystemCalls.SystemCallRule;

namespace PortableVirt.Cell.SystemCalls;

/// <summary>
/// ioctl, by its request: what the VM needs of KVM once it is made (no second VM, no devices, interrupt controllers and event descriptors), reading and
/// setting a terminal (no TIOCSTI and TIOCLINUX, which type into it, no TIOCSCTTY), and questions to sockets.
/// </summary>
internal static class DeviceCalls
{
    private static readonly ulong[] _requests =
    [
        0xAE80, // KVM_RUN
        0xAE03, // KVM_CHECK_EXTENSION
        0xAE04, // KVM_GET_VCPU_MMAP_SIZE
        0xAE41, // KVM_CREATE_VCPU
        0x4020_AE46, // KVM_SET_USER_MEMORY_REGION
        0x4008_AE89, // KVM_SET_MSRS
        0x4008_AE90, // KVM_SET_CPUID2
        0x8080_AEA1, // KVM_GET_DEBUGREGS
        0x4080_AEA2, // KVM_SET_DEBUGREGS
        0x9000_AEA4, // KVM_GET_XSAVE
        0x5000_AEA5, // KVM_SET_XSAVE
        0x4188_AEA7, // KVM_SET_XCRS
        0x9000_AECF, // KVM_GET_XSAVE2
        0x8138_AE83, // KVM_GET_SREGS
        0x4138_AE84, // KVM_SET_SREGS
        0x4018_AEE1, // KVM_SET_DEVICE_ATTR: the time-stamp counter of a vCPU
        0x5401, // TCGETS
        0x5402, // TCSETS
        0x5403, // TCSETSW
        0x540F, // TIOCGPGRP
        0x5413, // TIOCGWINSZ
        0x541B, // FIONREAD
        0x5421, // FIONBIO
        0x8905, // SIOCATMARK
        0x4004_9409, // FICLONE: File.Copy
        0x8910, // SIOCGIFNAME, if_indextoname
        0x8933, // SIOCGIFINDEX, if_nametoindex
        0x8946, // SIOCETHTOOL: speed of an interface, .NET
    ];

    public static IEnumerable<SystemCallRule> List()
    {
        yield return When(Ioctl, "KVM, the terminal, sockets", ArgumentCheck.OneOf(1, _requests));
    }
}
