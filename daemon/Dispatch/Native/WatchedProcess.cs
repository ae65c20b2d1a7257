using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Dispatch.Native;

/// <summary>A process that the daemon watches to its end: a child of its own, or one that an earlier daemon started.</summary>
internal sealed class WatchedProcess : IDisposable
{
    /// <summary>How often and how long apart the end of another's child is asked for: its new parent must have waited for it first.</summary>
    private const int EndQuestions = 100;

    private static readonly TimeSpan QuestionInterval = TimeSpan.FromMilliseconds(10);
    private readonly SafeFileHandle _pidFd;
    private readonly bool _isChild;

    private WatchedProcess(int processId, ulong startTicks, SafeFileHandle pidFd, bool isChild)
    {
        ProcessId = processId;
        StartTicks = startTicks;
        _pidFd = pidFd;
        _isChild = isChild;
    }

    /// <summary>Its id.</summary>
    public int ProcessId { get; }

    /// <summary>When it was started, as <see cref="ProcessStart.TicksOf"/> tells.</summary>
    public ulong StartTicks { get; }

    /// <summary>A child that was started just now and that nobody has waited for.</summary>
    /// <exception cref="IOException">The host has no descriptors left.</exception>
    public static WatchedProcess Child(int processId)
    {
        SafeFileHandle pidFd = NativeProcess.PidFdOpen(processId);
        return pidFd.IsInvalid
            ? throw NativeCall.Failed("pidfd_open")
            : new WatchedProcess(processId, ProcessStart.TicksOf(processId) ?? 0, pidFd, isChild: true);
    }

    /// <summary>A process that an earlier daemon started; null when it is gone.</summary>
    public static WatchedProcess? Adopt(int processId, ulong startTicks)
    {
        SafeFileHandle pidFd = NativeProcess.PidFdOpen(processId);

        // Asked after the descriptor was opened: if it is the right process now, the descriptor is that process's.
        if (pidFd.IsInvalid || ProcessStart.TicksOf(processId) != startTicks)
        {
            pidFd.Dispose();
            return null;
        }

        return new WatchedProcess(processId, startTicks, pidFd, isChild: false);
    }

    /// <summary>Waits for the end; once.</summary>
    public ProcessEnd Wait()
    {
        Span<int> poll = [(int)_pidFd.DangerousGetHandle(), NativeProcess.PollIn];
        while (NativeProcess.Poll(poll, 1, Timeout.Infinite) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != NativeProcess.Eintr)
            {
                throw NativeCall.Failed("poll", error);
            }
        }

        return _isChild ? Reap() : Ask();
    }

    /// <summary>Ends it at once (SIGKILL), unless it is gone.</summary>
    public void Kill()
    {
        bool added = false;
        try
        {
            _pidFd.DangerousAddRef(ref added);
            _ = NativeProcess.PidFdSendSignal(_pidFd, NativeProcess.SigKill);
        }
        catch (ObjectDisposedException)
        {
            // It is gone already.
        }
        finally
        {
            if (added)
            {
                _pidFd.DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pidFd.Dispose();

    private ProcessEnd Reap()
    {
        // siginfo_t is 128 bytes: si_code is its third integer, si_status its seventh (x86-64).
        Span<int> siginfo = stackalloc int[32];
        while (NativeProcess.WaitId(NativeProcess.PPidFd, (int)_pidFd.DangerousGetHandle(), siginfo, NativeProcess.WExited) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != NativeProcess.Eintr)
            {
                throw NativeCall.Failed("waitid", error);
            }
        }

        return siginfo[2] == NativeProcess.CldExited ? ProcessEnd.Exited(siginfo[6]) : ProcessEnd.Signalled(siginfo[6]);
    }

    /// <summary>Linux 6.15 and later tell the end of any process whose descriptor was open (PIDFD_GET_INFO).</summary>
    private ProcessEnd Ask()
    {
        Span<uint> info = stackalloc uint[NativeProcess.PidFdInfoWords];
        for (int i = 0; i < EndQuestions; i++)
        {
            info.Clear();
            info[0] = NativeProcess.PidFdInfoExit;
            if (NativeProcess.IoCtl(_pidFd, NativeProcess.PidFdGetInfo, info) != 0)
            {
                return ProcessEnd.Unknown;
            }

            if ((info[0] & NativeProcess.PidFdInfoExit) != 0)
            {
                // wait(2): the low seven bits are the signal, the next byte above them the exit code.
                int status = (int)info[^1];
                return (status & 0x7F) == 0 ? ProcessEnd.Exited((status >> 8) & 0xFF) : ProcessEnd.Signalled(status & 0x7F);
            }

            Thread.Sleep(QuestionInterval);
        }

        return ProcessEnd.Unknown;
    }
}
