using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Ui;

/// <summary>
/// The win32u calls of programs that load user32 but show nothing. Sub-function codes are those of libwine 8.0's own user32 (read
/// from its code); they are private to that DLL pair.
/// </summary>
internal static class UiStartCalls
{
    private const uint GetDialogBaseUnits = 2, ExitingThread = 9, ThreadDetach = 10;
    private const uint GetSysColor = 11, GetSystemMetrics = 14, MessageBeep = 17;
    private const ulong DpiUnaware = 0x6010;

    [NtSyscall("NtUserInitializeClientPfnArrays", Support.Partial, "windows: the tables are not used")]
    internal static NtStatus NtUserInitializeClientPfnArrays(NtThread t, GuestPointer ansiProcedures, GuestPointer unicodeProcedures, GuestPointer workers, GuestPointer module) => NtStatus.Success;

    [NtSyscall("NtUserGetSystemDpiForProcess", Support.Full)]
    internal static ulong NtUserGetSystemDpiForProcess(NtThread t, Handle process) => UiSystemMetrics.Dpi;

    [NtSyscall("NtUserGetProcessDpiAwarenessContext", Support.Partial, "always unaware")]
    internal static ulong NtUserGetProcessDpiAwarenessContext(NtThread t, Handle process) => DpiUnaware;

    [NtSyscall("NtUserSetProcessDpiAwarenessContext", Support.Partial, "accepted; there is one display scale")]
    internal static ulong NtUserSetProcessDpiAwarenessContext(NtThread t, uint awareness, uint reserved) => 1;

    [NtSyscall("NtUserCallNoParam", Support.Partial, "windows, menus, input")]
    internal static ulong NtUserCallNoParam(NtThread t, uint code) => code switch
    {
        GetDialogBaseUnits => 0x00100008,
        ExitingThread or ThreadDetach => 0,
        _ => 0,
    };

    [NtSyscall("NtUserCallOneParam", Support.Partial, "windows, menus, icons")]
    internal static ulong NtUserCallOneParam(NtThread t, ulong argument, uint code) => code switch
    {
        GetSystemMetrics => (uint)UiSystemMetrics.Metric((uint)argument),
        GetSysColor => UiSystemMetrics.Color((uint)argument),
        MessageBeep => 1,
        _ => UiResult.Fail(t, UiResult.NotImplemented),
    };

    [NtSyscall("NtUserGetKeyboardLayout", Support.Full)]
    internal static ulong NtUserGetKeyboardLayout(NtThread t, uint threadId) => 0x04090409;

    [NtSyscall("NtUserGetDoubleClickTime", Support.Full)]
    internal static ulong NtUserGetDoubleClickTime(NtThread t) => 500;

    [NtSyscall("NtUserGetCaretBlinkTime", Support.Full)]
    internal static ulong NtUserGetCaretBlinkTime(NtThread t) => 530;
}
