using System.Collections.Concurrent;
using System.Threading.Channels;
using PortableVirt.Dispatch.Native;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Vms;

/// <summary>One run of a VM: its VM-app's process and what is said to it.</summary>
internal sealed class VmRun(WatchedProcess process, DateTime started)
{
    private readonly Lock _lock = new();
    private readonly Channel<VmCommand> _commands = Channel.CreateUnbounded<VmCommand>();
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource<string>> _unanswered = new();
    private readonly TaskCompletionSource<RunExit> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? _connection;
    private RunExit? _reported;
    private ulong _lastCommand;
    private bool _killed;

    /// <summary>The VM-app's process.</summary>
    public WatchedProcess Process { get; } = process;

    /// <summary>When it was started.</summary>
    public DateTime Started { get; } = started;

    /// <summary>Completes when the process is gone and its end is in the registry.</summary>
    public Task<RunExit> Ended => _ended.Task;

    /// <summary>What the VM-app is to do.</summary>
    public ChannelReader<VmCommand> Commands => _commands.Reader;

    /// <summary>What the VM-app counted last, or null.</summary>
    public VmCounters? Counters { get; set; }

    /// <summary>Sends a command.</summary>
    public void Send(VmCommand command) => _commands.Writer.TryWrite(command);

    /// <summary>Sends a command and waits until it was carried out.</summary>
    /// <returns>Why it was not; empty when it was.</returns>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public async Task<string> SendAsync(VmCommand command, TimeSpan limit)
    {
        command.Id = Interlocked.Increment(ref _lastCommand);
        TaskCompletionSource<string> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _unanswered[command.Id] = answer;
        try
        {
            Send(command);
            Task first = await Task.WhenAny(answer.Task, Ended).WaitAsync(limit).ConfigureAwait(false);
            return first == answer.Task ? await answer.Task.ConfigureAwait(false) : "the VM has ended";
        }
        finally
        {
            _unanswered.TryRemove(command.Id, out _);
        }
    }

    /// <summary>The VM-app has carried out a command, or not.</summary>
    public void Answer(CommandDone done)
    {
        if (_unanswered.TryGetValue(done.CommandId, out TaskCompletionSource<string>? answer))
        {
            answer.TrySetResult(done.Problem);
        }
    }

    /// <summary>A new connection of the VM-app takes the place of an older one.</summary>
    /// <returns>Cancelled when yet another one takes its place.</returns>
    public CancellationToken Connect()
    {
        lock (_lock)
        {
            _connection?.Cancel();
            _connection = new CancellationTokenSource();
            return _connection.Token;
        }
    }

    /// <summary>Keeps the VM-app's own account of its end.</summary>
    public void Report(RunExit exit)
    {
        lock (_lock)
        {
            _reported = exit;
        }
    }

    /// <summary>Ends the process at once.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            _killed = true;
        }

        Process.Kill();
    }

    /// <summary>How the run ended, from the VM-app's own account or the end of its process.</summary>
    public RunExit Judge(ProcessEnd end)
    {
        lock (_lock)
        {
            return _reported ?? new RunExit { ExitCode = SupervisionLimits.FailureExitCode, Failure = Describe(end) };
        }
    }

    /// <summary>Lets those who wait for the end go on; the process is gone.</summary>
    public void Complete(RunExit exit)
    {
        _commands.Writer.TryComplete();
        Process.Dispose();
        _ended.TrySetResult(exit);
    }

    /// <summary>True when the run ended within a time.</summary>
    public async Task<bool> EndsWithinAsync(TimeSpan time)
    {
        try
        {
            await Ended.WaitAsync(time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private string Describe(ProcessEnd end) => _killed
        ? "the VM was stopped by force"
        : end.Signal != 0
            ? $"the VM-app was ended by signal {end.Signal} ({SignalNames.Of(end.Signal)})"
            : end.ExitCode is int code
                ? $"the VM-app ended with exit code {code} and without an account of the run; the daemon's log may say more"
                : "the VM-app ended without an account of the run while the daemon was not there to see it";
}
