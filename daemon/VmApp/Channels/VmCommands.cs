using PortableVirt.Protocol.V1;
using PortableVirt.VmApp.Core;

namespace PortableVirt.VmApp.Channels;

/// <summary>Carries out the daemon's commands.</summary>
internal sealed class VmCommands(VmRunner runner)
{
    /// <summary>True while every thread stands still.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Carries out one.</summary>
    /// <returns>What is to be told of it, or null.</returns>
    public VmEvent? Execute(VmCommand command)
    {
        switch (command.CommandCase)
        {
            case VmCommand.CommandOneofCase.ConsoleControl:
                runner.ConsoleControl(command.ConsoleControl switch
                {
                    ConsoleControl.Break => CtrlKind.Break,
                    ConsoleControl.Close => CtrlKind.Close,
                    ConsoleControl.SuspendTerminal => CtrlKind.SuspendTerminal,
                    ConsoleControl.ResumeTerminal => CtrlKind.ResumeTerminal,
                    _ => CtrlKind.C,
                });
                break;
            case VmCommand.CommandOneofCase.Stop:
                runner.Stop();
                break;
            case VmCommand.CommandOneofCase.Pause:
                runner.Pause();
                IsPaused = true;
                break;
            case VmCommand.CommandOneofCase.Resume:
                runner.Resume();
                IsPaused = false;
                break;
            case VmCommand.CommandOneofCase.ReportCounters:
                return runner.CountExits() is long exits ? new VmEvent { Counters = new VmCounters { VmExits = (ulong)exits } } : null;
            default:
                return Done(command, "this VM-app does not know the command; it is of another version than the daemon");
        }

        return Done(command, "");
    }

    private static VmEvent? Done(VmCommand command, string problem) =>
        command.Id == 0 ? null : new VmEvent { CommandDone = new CommandDone { CommandId = command.Id, Problem = problem } };
}
