using System.Globalization;
using System.Text;
using PortableVirt.Emulation;
using PortableVirt.Emulation.Exceptions;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.VmApp.Core;

/// <summary>Turns what the executive reports into events and lines on stderr.</summary>
internal sealed class RunReport(LaunchOptions options, IVmEvents events) : IExecutiveReport
{
    private readonly Lock _lock = new();
    private int _networkDenials;
    private int _lacks;
    private Stream? _error;

    /// <summary>The first failure of PortableVirt itself, or null.</summary>
    public string? Failure { get; private set; }

    /// <summary>Sends what the program wrote to the terminal before a line of ours follows it.</summary>
    internal Action? BeforeLine { get; set; }

    /// <inheritdoc/>
    public void ProcessStarted(NtProcess process) => events.ProcessStarted(process.ProcessId, process.ImagePath);

    /// <inheritdoc/>
    public void ProcessEnded(NtProcess process) => events.ProcessEnded(process.ProcessId, process.ExitStatus.Value);

    /// <inheritdoc/>
    public void Crashed(GuestCrash crash)
    {
        if (options.Trace)
        {
            Write(crash.Report);
        }
        if (options.CrashReportFile is { } file)
        {
            try
            {
                File.AppendAllText(file, crash.Report + "\n");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Write($"pvctl: the crash report cannot be written: {e.Message}");
            }
        }
    }

    /// <inheritdoc/>
    public void Unimplemented(NtThread thread, string name)
    {
        if (options.Trace)
        {
            (string Name, ulong Offset)? caller = thread.Process.Modules.Find(thread.Cpu!.Registers.Rip);
            Write($"system call {name} is not supported (called from {caller?.Name ?? "unknown code"})");
        }
    }

    /// <inheritdoc/>
    public void Traced(NtThread thread, string name, string arguments, ulong result) =>
        Write(string.Create(CultureInfo.InvariantCulture, $"{thread.Process.ProcessId:x}.{thread.ThreadId:x} {name}({arguments}) = {result:x}"));

    /// <inheritdoc/>
    public void LibraryMessage(NtThread thread, string text)
    {
        if (options.Trace)
        {
            Write($"system library: {text}");
        }
    }

    /// <inheritdoc/>
    public void Notified(NtThread thread, string title, string text) => Write($"pvctl: notification: {OneLine(title)}: {OneLine(text)}");

    /// <inheritdoc/>
    public void NetworkDenied(NtThread thread, string address)
    {
        if (Interlocked.Exchange(ref _networkDenials, 1) == 0)
        {
            Write($"pvctl: the program may not use the network address {address}: it has {(options.Network == NetworkMode.Loopback ? "the loopback interface alone" : "no network")}; --network host opens the network");
        }
    }

    /// <inheritdoc/>
    public void HostLacks(NtThread thread, string text)
    {
        if (Interlocked.Exchange(ref _lacks, 1) == 0)
        {
            Write($"pvctl: {text}");
        }
    }

    /// <inheritdoc/>
    public void VirtualMachineFailed(NtThread thread, string text) => Fail($"the virtual machine cannot go on: {text}");

    /// <inheritdoc/>
    public void InternalError(NtThread thread, Exception exception) => Fail($"an error in PortableVirt ended the program; please report it: {exception}");

    /// <summary>Text of the guest as it may go to a terminal: without control characters, so that it can neither steer the terminal nor begin a line.</summary>
    internal static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    private void Fail(string text)
    {
        lock (_lock)
        {
            Failure ??= text;
        }
    }

    /// <summary>Writes a line to stderr with one system call, so that another process's output does not come into it.</summary>
    internal void Write(string text)
    {
        BeforeLine?.Invoke();
        lock (_lock)
        {
            _error ??= Console.OpenStandardError();
            _error.Write(Encoding.UTF8.GetBytes(text + "\n"));
        }
    }
}
