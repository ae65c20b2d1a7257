using Microsoft.Win32.SafeHandles;

namespace PortableVirt.VmApp.Core;

/// <summary>Runs one program in one VM. <see cref="Run"/> is called once; the other members from any thread at any time.</summary>
/// <param name="options">The run.</param>
/// <param name="openKvm">Gives the descriptor of /dev/kvm, open for reading and writing; throws IOException or
/// UnauthorizedAccessException when it cannot.</param>
/// <param name="events">Receiver of what happens.</param>
public sealed class VmRunner(LaunchOptions options, Func<SafeFileHandle> openKvm, IVmEvents events)
{
    /// <summary>Runs the program to its end. Does not throw for anything that a program, a file or the host does.</summary>
    public VmExit Run()
    {
        _ = (options, openKvm);
        const string Failure = "this build has no emulation library";
        events.Error(Failure);
        return new VmExit(ExitCodes.Failed, Failure, false, 0);
    }

    /// <summary>Ends the VM at once: every process of it ends as by TerminateProcess.</summary>
    public void Stop()
    {
    }

    /// <summary>Sends a console control event to the program.</summary>
    public void ConsoleControl(CtrlKind kind)
    {
    }

    /// <summary>Stops every thread of the VM where it stands.</summary>
    public void Pause()
    {
    }

    /// <summary>Lets every thread go on.</summary>
    public void Resume()
    {
    }
}
