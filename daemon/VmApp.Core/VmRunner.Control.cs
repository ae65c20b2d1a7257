using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.VmApp.Core;

public sealed partial class VmRunner
{
    /// <summary>Sends a console control event to the program.</summary>
    public void ConsoleControl(CtrlKind kind)
    {
        lock (_lock)
        {
            _executive?.RaiseConsoleControl((uint)kind);
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
