using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation;

public sealed partial class Executive
{
    /// <summary>
    /// Raises a console control event (CTRL_C_EVENT 0, CTRL_BREAK_EVENT 1, CTRL_CLOSE_EVENT 2) in every process: a new thread at
    /// libwine's control routine calls the program's handlers. A process whose ntdll has no such routine is ended.
    /// </summary>
    public void RaiseConsoleControl(uint kind)
    {
        foreach (NtProcess process in ClientIds.Processes())
        {
            uint routine = process.Ntdll.Exports.WineCtrlRoutine;
            if (process.IsEnding)
            {
                continue;
            }
            if (routine == 0 || !ThreadBuilder.Create(process, process.Ntdll.Base + routine, kind, 0, out NtThread? thread).IsSuccess)
            {
                process.RequestEnd(NtStatus.ControlCExit);
                continue;
            }
            thread!.Start();
        }
    }
}
