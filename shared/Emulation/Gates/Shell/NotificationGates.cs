using System.Runtime.CompilerServices;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Gates.Shell;

/// <summary>
/// IUserNotification and IUserNotification2: a balloon with a title and a text. There is no desktop to show it on: it is reported, and for the program
/// it is one that nobody clicks, which ends with ERROR_CANCELLED after its time, or when the program says so (IQueryContinue).
/// </summary>
internal static class NotificationGates
{
    private const uint DefaultTime = 10_000;
    private const uint LongestTime = 600_000;
    private const uint ShortestStep = 10, LongestStep = 1000;
    private static readonly ConditionalWeakTable<NtProcess, Balloon> _balloons = [];

    private sealed class Balloon
    {
        public string Title { get; set; } = "";

        public string Text { get; set; } = "";

        public uint Milliseconds { get; set; } = DefaultTime;

        public uint Left { get; set; }
    }

    /// <summary>SetBalloonInfo(this, LPCWSTR title, LPCWSTR text, DWORD icon).</summary>
    [GateExport(ShellLibrary.FileName, "NotificationSetBalloonInfo")]
    internal static uint SetBalloonInfo(NtThread thread, ulong self, GuestPointer title, GuestPointer text, uint icon)
    {
        if (!ShellText.TryRead(thread, title, out string caption) || !ShellText.TryRead(thread, text, out string body))
        {
            return HResult.Pointer;
        }
        Balloon balloon = _balloons.GetValue(thread.Process, static _ => new Balloon());
        (balloon.Title, balloon.Text) = (caption, body);
        return HResult.Ok;
    }

    /// <summary>SetBalloonRetry(this, DWORD milliseconds shown, DWORD milliseconds between, UINT times): 0 and -1 are the system's own time.</summary>
    [GateExport(ShellLibrary.FileName, "NotificationSetBalloonRetry")]
    internal static uint SetBalloonRetry(NtThread thread, ulong self, uint shown, uint between, uint times)
    {
        _balloons.GetValue(thread.Process, static _ => new Balloon()).Milliseconds = shown is 0 or uint.MaxValue ? DefaultTime : Math.Min(shown, LongestTime);
        return HResult.Ok;
    }

    /// <summary>
    /// Waits for the balloon: the first call of a round shows it. Returns 1 when it is still there after <paramref name="interval"/> milliseconds and
    /// the program's IQueryContinue is to be asked, 0 when its time is over. <see cref="ShellLibrary"/> calls it from Show.
    /// </summary>
    [GateExport(ShellLibrary.FileName, "NotificationWait")]
    internal static uint Wait(NtThread thread, uint interval)
    {
        const long ticksPerMillisecond = 10_000;
        Balloon balloon = _balloons.GetValue(thread.Process, static _ => new Balloon());
        if (balloon.Left == 0)
        {
            thread.Executive.Report.Notified(thread, balloon.Title, balloon.Text);
            balloon.Left = Math.Max(balloon.Milliseconds, 1);
        }
        uint step = Math.Min(balloon.Left, Math.Clamp(interval, ShortestStep, LongestStep));
        thread.Executive.Dispatcher.Wait(thread, [], false, false, NtTimeout.FromNt(-step * ticksPerMillisecond, thread.Executive.Clock));
        balloon.Left -= step;
        return balloon.Left == 0 ? 0u : 1;
    }
}
