using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.VmApp.Core;

public sealed partial class VmRunner
{
    /// <summary>
    /// How old a question to the program must be before another one ends it: timeout(1) and terminals send a signal more than once.
    /// </summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);

    private TimeSpan _askedAt;
    private bool _isClosing;

    /// <summary>
    /// Sends a console control event to the program. While the program has not answered an earlier one (half a second old or more), or lives on after
    /// the event that closes it, the VM is ended instead; so it is when the program has not been started yet. What becomes of the terminal is told to
    /// the console.
    /// </summary>
    public void ConsoleControl(CtrlKind kind)
    {
        lock (_lock)
        {
            if (_executive is not { } executive)
            {
                _stopped |= kind < CtrlKind.SuspendTerminal;
                return;
            }
            switch (kind)
            {
                case CtrlKind.SuspendTerminal:
                    executive.Io.Console?.SuspendTerminal();
                    return;
                case CtrlKind.ResumeTerminal:
                    executive.Io.Console?.ResumeTerminal();
                    return;
            }
            bool isPending = _isClosing || executive.HasUnansweredControl;
            if (isPending && _clock.Elapsed - _askedAt >= _patience)
            {
                Stop();
                return;
            }
            if (!isPending)
            {
                _askedAt = _clock.Elapsed;
            }
            _isClosing |= kind == CtrlKind.Close;
            executive.RaiseConsoleControl((uint)kind);
        }
    }

    /// <summary>Stops every thread of the VM where it stands.</summary>
    public void Pause() => ForEachThread(thread => thread.Suspend(out _));

    /// <summary>Lets every thread go on.</summary>
    public void Resume() => ForEachThread(thread => thread.Resume(out _));

    private void ForEachThread(Action<NtThread> action)
    {
        lock (_lock)
        {
            if (_executive is not { } executive)
            {
                return;
            }
            List<NtThread> threads = [];
            lock (executive.Dispatcher.Lock)
            {
                foreach (NtProcess process in executive.ClientIds.Processes())
                {
                    threads.AddRange(process.Threads);
                }
            }
            threads.ForEach(action);
        }
    }
}
