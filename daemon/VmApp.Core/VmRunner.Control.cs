using PortableVirt.Emulation;

namespace PortableVirt.VmApp.Core;

public sealed partial class VmRunner
{
    /// <summary>
    /// How old a question to the program must be before another one ends it: timeout(1) and terminals send a signal more than once.
    /// </summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);

    private TimeSpan _askedAt;
    private bool _isClosing;
    private bool _pausesAtStart;

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

    /// <summary>
    /// Stops every thread of the VM where it is, and its time; returns when all of them stand. A VM that has not begun will begin paused. Does nothing where the
    /// VM is paused or has ended.
    /// </summary>
    public PauseResult Pause()
    {
        lock (_lock)
        {
            _pausesAtStart = _executive is null;
            return _executive?.Pause() ?? default;
        }
    }

    /// <summary>Lets the VM go on. Does nothing where it is not paused.</summary>
    public void Resume()
    {
        lock (_lock)
        {
            _pausesAtStart = false;
            _executive?.Resume();
        }
    }

    /// <summary>Ends the VM at once, paused or not: every process of it ends as by TerminateProcess.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            _executive?.RequestEnd(NtStatus.ControlCExit);
            // Every thread has been told to end: none runs an instruction of its program any more.
            _executive?.Resume();
        }
    }
}
