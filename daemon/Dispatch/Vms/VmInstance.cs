using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using PortableVirt.Dispatch.Native;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Vms;

/// <summary>A VM that runs, with its VM-app's process.</summary>
public sealed class VmInstance
{
    private readonly Lock _lock = new();
    private readonly ChildProcess _process;
    private readonly LaunchOptions _options;
    private readonly Timestamp _started = Timestamp.FromDateTime(DateTime.UtcNow);
    private readonly Channel<VmCommand> _commands = Channel.CreateUnbounded<VmCommand>();
    private readonly TaskCompletionSource<RunExit> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private VmState _state = VmState.Starting;
    private RunExit? _reported;
    private bool _attached;
    private bool _killed;

    internal VmInstance(string id, uint userId, ChildProcess process, LaunchOptions options)
    {
        Id = id;
        UserId = userId;
        _process = process;
        _options = options;
    }

    /// <summary>Eight hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>User id that it runs under.</summary>
    public uint UserId { get; }

    /// <summary>Process id of its VM-app.</summary>
    public int ProcessId => _process.ProcessId;

    /// <summary>Completes when its VM-app is gone.</summary>
    public Task<RunExit> Ended => _ended.Task;

    /// <summary>What it is to do; read by the manager channel.</summary>
    public ChannelReader<VmCommand> Commands => _commands.Reader;

    /// <summary>Its record for callers.</summary>
    public Vm Describe()
    {
        lock (_lock)
        {
            Vm vm = new()
            {
                Id = Id,
                Uid = UserId,
                Pid = ProcessId,
                State = _state,
                ProgramPath = _options.ProgramPath,
                Started = _started,
            };
            vm.Arguments.AddRange(_options.Arguments);
            return vm;
        }
    }

    /// <summary>Sends a command to its VM-app.</summary>
    public void Send(VmCommand command) => _commands.Writer.TryWrite(command);

    /// <summary>Marks the manager channel as open; false when it is already.</summary>
    public bool TryAttach()
    {
        lock (_lock)
        {
            return !_attached && (_attached = true);
        }
    }

    /// <summary>The VM-app is up.</summary>
    public void MarkRunning()
    {
        lock (_lock)
        {
            if (_state == VmState.Starting)
            {
                _state = VmState.Running;
            }
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

    /// <summary>Ends it: asks the program (CTRL_CLOSE_EVENT), after the grace time stops the VM, and at last ends its process.</summary>
    /// <param name="grace">Zero: the program is not asked.</param>
    /// <returns>True when it did not end when asked.</returns>
    public async Task<bool> StopAsync(TimeSpan grace)
    {
        lock (_lock)
        {
            _state = VmState.Stopping;
        }

        if (grace > TimeSpan.Zero)
        {
            Send(new VmCommand { ConsoleControl = ConsoleControl.Close });
            if (await EndsWithinAsync(grace).ConfigureAwait(false))
            {
                return false;
            }
        }

        Send(new VmCommand { Stop = new StopCommand() });
        if (!await EndsWithinAsync(SupervisionLimits.StopTime).ConfigureAwait(false))
        {
            lock (_lock)
            {
                _killed = true;
            }

            _process.Kill();
            await Ended.ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Waits for the end of the process, on the caller's thread.</summary>
    internal RunExit WaitForEnd()
    {
        ChildEnd end = _process.Wait();
        lock (_lock)
        {
            return _reported ?? Unreported(end);
        }
    }

    /// <summary>Lets those who wait for the end go on; the process is gone.</summary>
    internal void Complete(RunExit exit)
    {
        _commands.Writer.TryComplete();
        _process.Dispose();
        _ended.TrySetResult(exit);
    }

    private RunExit Unreported(ChildEnd end)
    {
        string failure = _killed
            ? "the VM was stopped by force"
            : end.Exited
                ? $"the VM-app ended with exit code {end.Status} and without an account of the run; the daemon's log may say more"
                : $"the VM-app was ended by signal {end.Status} ({SignalNames.Of(end.Status)})";
        return new RunExit { ExitCode = SupervisionLimits.FailureExitCode, Failure = failure };
    }

    private async Task<bool> EndsWithinAsync(TimeSpan time)
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
}
