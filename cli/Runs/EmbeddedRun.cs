using System.Runtime.InteropServices;
using PortableVirt.Cli.Hosts;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Runs;

/// <summary>Runs a program in this process.</summary>
public static class EmbeddedRun
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="options">The run.</param>
    /// <param name="machine">The virtual machine.</param>
    public static RunOutcome Run(LaunchOptions options, MachineStart machine)
    {
        Directory.SetCurrentDirectory(options.WorkingFolder);
        VmRunner runner = new(options with { Cell = options.Cell ?? new RunCell() }, machine, new StdErrEvents());
        using TerminalGuard terminal = new(options.StdIn, options.StdOut);
        using IDisposable signals = ControlSignals.Forward(terminal, runner.ConsoleControl);
        return RunOutcome.Of(runner.Run());
    }

    /// <summary>Errors go to stderr; nothing else is told.</summary>
    private sealed class StdErrEvents : IVmEvents
    {
        public void ProcessStarted(uint processId, string imagePath)
        {
        }

        public void ProcessEnded(uint processId, uint exitCode)
        {
        }

        public void Error(string text) => Console.Error.WriteLine("pvctl: " + text);
    }
}
