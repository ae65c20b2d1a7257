using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Ui;

/// <summary>
/// The clipboard calls. The structures are private to libwine's user32 and win32u; their layout was read from user32's code:
/// get {+0 buffer, +8 its size, +16 result size or -1 when the buffer holds the data, +24 sequence number, +28 data only},
/// set {+0 data, +8 size, +16 cache only, +20 sequence number}.
/// </summary>
internal static class ClipboardCalls
{
    private const ulong DataInBuffer = ulong.MaxValue;

    [NtSyscall("NtUserOpenClipboard", Support.Partial, "shared with the user's other programs here, not with the host's desktop")]
    internal static ulong NtUserOpenClipboard(NtThread t, Handle window, uint reserved) =>
        t.Executive.Clipboard.Open(t) ? 1 : UiResult.Fail(t, UiResult.AccessDenied);

    [NtSyscall("NtUserCloseClipboard", Support.Full)]
    internal static ulong NtUserCloseClipboard(NtThread t) =>
        t.Executive.Clipboard.Close(t) ? 1 : UiResult.Fail(t, UiResult.ClipboardNotOpen);

    [NtSyscall("NtUserEmptyClipboard", Support.Full)]
    internal static ulong NtUserEmptyClipboard(NtThread t)
    {
        if (!t.Executive.Clipboard.IsOpenFor(t))
        {
            return UiResult.Fail(t, UiResult.ClipboardNotOpen);
        }
        t.Executive.Clipboard.Empty();
        return 1;
    }

    [NtSyscall("NtUserCountClipboardFormats", Support.Full)]
    internal static ulong NtUserCountClipboardFormats(NtThread t) => (ulong)t.Executive.Clipboard.Count;

    [NtSyscall("NtUserIsClipboardFormatAvailable", Support.Partial, "formats that Windows makes from others")]
    internal static ulong NtUserIsClipboardFormatAvailable(NtThread t, uint format) => t.Executive.Clipboard.Get(format) is null ? 0ul : 1;

    [NtSyscall("NtUserGetClipboardSequenceNumber", Support.Full)]
    internal static ulong NtUserGetClipboardSequenceNumber(NtThread t) => t.Executive.Clipboard.SequenceNumber;

    [NtSyscall("NtUserGetClipboardData", Support.Partial, "formats that Windows makes from others")]
    internal static ulong NtUserGetClipboardData(NtThread t, uint format, GuestPointer parameters)
    {
        if (!t.Executive.Clipboard.IsOpenFor(t))
        {
            return UiResult.Fail(t, UiResult.ClipboardNotOpen);
        }
        if (t.Executive.Clipboard.Get(format) is not { } data)
        {
            return 0;
        }
        if (!t.Memory.TryRead(parameters, out ulong buffer) || !t.Memory.TryRead(parameters + 8, out ulong size))
        {
            return UiResult.Fail(t, UiResult.NoAccess);
        }
        bool fits = size >= (ulong)data.Length;
        bool written = fits
            ? t.Memory.TryWrite(new GuestPointer(buffer), data) && t.Memory.TryWrite(parameters + 8, (ulong)data.Length)
                && t.Memory.TryWrite(parameters + 16, DataInBuffer) && t.Memory.TryWrite(parameters + 24, t.Executive.Clipboard.SequenceNumber)
            : t.Memory.TryWrite(parameters + 16, (ulong)data.Length);
        return written ? 0 : UiResult.Fail(t, UiResult.NoAccess);
    }

    [NtSyscall("NtUserSetClipboardData", Support.Partial, "delayed rendering")]
    internal static NtStatus NtUserSetClipboardData(NtThread t, uint format, Handle data, GuestPointer parameters)
    {
        if (!t.Memory.TryRead(parameters, out ulong address) || !t.Memory.TryRead(parameters + 8, out ulong size) || !t.Memory.TryRead(parameters + 16, out uint cacheOnly))
        {
            return NtStatus.AccessViolation;
        }
        if (cacheOnly != 0)
        {
            return NtStatus.Success;
        }
        if (!t.Executive.Clipboard.IsOpenFor(t))
        {
            return NtStatus.AccessDenied;
        }
        if (size > Clipboard.MaximumLength)
        {
            return NtStatus.NoMemory;
        }
        byte[] bytes = new byte[size];
        if (size != 0 && !t.Memory.TryRead(new GuestPointer(address), bytes))
        {
            return NtStatus.AccessViolation;
        }
        t.Executive.Clipboard.Set(format, bytes);
        return NtStatus.Success;
    }
}
