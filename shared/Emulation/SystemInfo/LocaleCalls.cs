using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>System calls on default locales and user-interface languages.</summary>
internal static class LocaleCalls
{
    [NtSyscall("NtQueryDefaultLocale", Support.Full)]
    internal static NtStatus NtQueryDefaultLocale(NtThread t, bool user, GuestPointer locale) =>
        t.Memory.TryWrite(locale, user ? t.Executive.Locale.UserLocale : t.Executive.Locale.SystemLocale) ? NtStatus.Success : NtStatus.AccessViolation;

    [NtSyscall("NtSetDefaultLocale", Support.Full)]
    internal static NtStatus NtSetDefaultLocale(NtThread t, bool user, uint locale)
    {
        if (!user)
        {
            return NtStatus.PrivilegeNotHeld;
        }
        t.Executive.Locale.UserLocale = locale;
        return NtStatus.Success;
    }

    [NtSyscall("NtQueryDefaultUILanguage", Support.Full)]
    internal static NtStatus NtQueryDefaultUILanguage(NtThread t, GuestPointer language) =>
        t.Memory.TryWrite(language, t.Executive.Locale.UserLanguage) ? NtStatus.Success : NtStatus.AccessViolation;

    [NtSyscall("NtSetDefaultUILanguage", Support.Full)]
    internal static NtStatus NtSetDefaultUILanguage(NtThread t, ushort language)
    {
        t.Executive.Locale.UserLanguage = language;
        return NtStatus.Success;
    }

    [NtSyscall("NtQueryInstallUILanguage", Support.Full)]
    internal static NtStatus NtQueryInstallUILanguage(NtThread t, GuestPointer language) =>
        t.Memory.TryWrite(language, t.Executive.Locale.InstallLanguage) ? NtStatus.Success : NtStatus.AccessViolation;
}
