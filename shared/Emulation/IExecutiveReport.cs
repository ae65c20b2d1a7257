using PortableVirt.Emulation.Exceptions;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation;

/// <summary>Receiver of what happens in a VM. Called on guest threads: implementations return soon and do not throw.</summary>
public interface IExecutiveReport
{
    /// <summary>A process has started.</summary>
    void ProcessStarted(NtProcess process);

    /// <summary>A process has ended.</summary>
    void ProcessEnded(NtProcess process);

    /// <summary>An exception that the program did not handle ends it.</summary>
    void Crashed(GuestCrash crash);

    /// <summary>A program made a system call that does not exist here. Told once a name.</summary>
    void Unimplemented(NtThread thread, string name);

    /// <summary>A system call, when tracing is on.</summary>
    void Traced(NtThread thread, string name, string arguments, ulong result);

    /// <summary>A message of the system library's own code, for people who look for an error.</summary>
    void LibraryMessage(NtThread thread, string text);

    /// <summary>A program shows the user a notification.</summary>
    void Notified(NtThread thread, string title, string text);

    /// <summary>A program asked for a network address that the policy does not open.</summary>
    /// <param name="thread">The thread that asked.</param>
    /// <param name="address">Address and port.</param>
    void NetworkDenied(NtThread thread, string address);

    /// <summary>A program asked for something that this computer could give if a package were installed.</summary>
    /// <param name="thread">The thread that asked.</param>
    /// <param name="text">What is missing, why it is needed, what to do.</param>
    void HostLacks(NtThread thread, string text);

    /// <summary>The virtual machine cannot go on.</summary>
    void VirtualMachineFailed(NtThread thread, string text);

    /// <summary>A defect in PortableVirt ended the program.</summary>
    void InternalError(NtThread thread, Exception exception);
}
