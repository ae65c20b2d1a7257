using System.Runtime.CompilerServices;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Gates.Shell;

/// <summary>
/// IUserNotification and IUserNotification2: a balloon with a title and a text. There is no desktop to show it on: it is reported, and for the program
/// it is one that nobody clicks, which ends with ERROR_CANCELLED after its time.
/// </summary>
internal static class NotificationGates
{
    private const uint DefaultTime = 10_000;
    private const uint LongestTime = 600_000;
    private static readonly ConditionalWeakTable<NtProcess, Balloon> _balloons = [];

    private sealed class Balloon
    {
        public string Title { get; set; } = "";

        public string Text { get; set; } = "";

        public uint Milliseconds { get; set; } = DefaultTime;
    }

    /// <summary>SetBalloonInfo(this, LPCWSTR title, LPCWSTR text, DWORD icon).</summary>
    [GateExport(ShellLibrary.FileName, "NotificationSetBalloonInfo")]
    internal static uint SetBalloonInfo(NtThread thread, ulong self, GuestPointer title, GuestPointer text, uint icon)
    {
        if (!ShellText.TryRead(thread, title, out string caption) || !ShellText.TryRead(thread, text, out string body))
        {
            return HResult.Pointer;
        }
        Balloon balloon = _balloons.GetOrCreateValue(thread.Process);
        (balloon.Title, balloon.Text) = (caption, body);
        return HResult.Ok;
    }

    /// <summary>SetBalloonRetry(this, DWORD milliseconds shown, DWORD milliseconds between, UINT times): -1 keeps the default.</summary>
    [GateExport(ShellLibrary.FileName, "NotificationSetBalloonRetry")]
    internal static uint SetBalloonRetry(NtThread thread, ulong self, uint shown, uint between, uint times)
    {
        _balloons.GetOrCreateValue(thread.Process).Milliseconds = shown == uint.MaxValue ? DefaultTime : Math.Min(shown, LongestTime);
        return HResult.Ok;
    }

    /// <summary>Show(this, IQueryContinue *, DWORD milliseconds between its calls, IUserNotificationCallback *): returns when the balloon has gone.</summary>
    [GateExport(ShellLibrary.FileName, "NotificationShow")]
    internal static uint Show(NtThread thread, ulong self, GuestPointer queryContinue, uint interval, GuestPointer callback)
    {
        const long ticksPerMillisecond = 10_000;
        Balloon balloon = _balloons.GetOrCreateValue(thread.Process);
        thread.Executive.Report.Notified(thread, balloon.Title, balloon.Text);
        NtTimeout limit = NtTimeout.FromNt(-balloon.Milliseconds * ticksPerMillisecond, thread.Executive.Clock);
        thread.Executive.Dispatcher.Wait(thread, [], false, false, limit);
        return HResult.Cancelled;
    }
}
