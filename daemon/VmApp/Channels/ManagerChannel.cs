using System.Net.Sockets;
using System.Threading.Channels;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;
using PortableVirt.VmApp.Core;
using PortableVirt.VmApp.Stages;

namespace PortableVirt.VmApp.Channels;

/// <summary>The VM-app's side of the manager channel. It opens in the background: the VM does not wait for it.</summary>
internal sealed class ManagerChannel : IVmEvents
{
    private const int MaxWaitingEvents = 1024;

    private readonly AsyncDuplexStreamingCall<VmEvent, VmCommand> _call;
    private readonly Channel<VmEvent> _events = Channel.CreateBounded<VmEvent>(
        new BoundedChannelOptions(MaxWaitingEvents) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Task _sender;
    private Task _receiver = Task.CompletedTask;
    private volatile bool _finishing;

    private ManagerChannel(AsyncDuplexStreamingCall<VmEvent, VmCommand> call)
    {
        _call = call;
        Post(new VmEvent { Ready = new VmReady { Version = SecondStage.Version } });
        _sender = Task.Run(SendAsync);
    }

    /// <summary>Starts the channel over a connected socket, which it owns.</summary>
    public static ManagerChannel Open(Socket socket)
    {
        GrpcChannel channel = GrpcChannel.ForSocket(socket);
        return new ManagerChannel(channel.DuplexStreamingCall(ManagerMethods.Attach, default));
    }

    /// <summary>Gives the daemon's commands to a runner from now on.</summary>
    /// <param name="runner">The runner.</param>
    /// <param name="lost">Called on a thread of its own when the channel breaks: the daemon is gone.</param>
    public void Control(VmRunner runner, Action lost) => _receiver = Task.Run(() => ReceiveAsync(runner, lost));

    /// <inheritdoc/>
    public void ProcessStarted(uint processId, string imagePath) =>
        Post(new VmEvent { ProcessStarted = new ProcessStarted { ProcessId = processId, ImagePath = imagePath } });

    /// <inheritdoc/>
    public void ProcessEnded(uint processId, uint exitCode) =>
        Post(new VmEvent { ProcessEnded = new ProcessEnded { ProcessId = processId, ExitCode = exitCode } });

    /// <inheritdoc/>
    public void Error(string text) => Post(new VmEvent { Error = text });

    /// <summary>Reports the run's end and waits until the daemon has it, at most <paramref name="limit"/>.</summary>
    public async Task FinishAsync(VmExit exit, TimeSpan limit)
    {
        _finishing = true;
        Post(new VmEvent
        {
            Exit = new RunExit
            {
                ExitCode = exit.ExitCode,
                Failure = exit.Failure ?? "",
                GuestException = exit.IsGuestException,
                NtStatus = exit.NtStatus,
            },
        });
        _events.Writer.Complete();
        try
        {
            await Task.WhenAll(_sender, _receiver).WaitAsync(limit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The daemon is gone or stuck; the exit code is all that is left to tell.
        }
    }

    private void Post(VmEvent item) => _events.Writer.TryWrite(item);

    private async Task SendAsync()
    {
        try
        {
            await foreach (VmEvent item in _events.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                await _call.RequestStream.WriteAsync(item, default).ConfigureAwait(false);
            }

            await _call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (GrpcException)
        {
            // The receiver meets the same end and acts on it.
        }
    }

    private async Task ReceiveAsync(VmRunner runner, Action lost)
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(default).ConfigureAwait(false))
            {
                Execute(runner, _call.ResponseStream.Current);
            }
        }
        catch (GrpcException)
        {
            // The daemon is gone.
        }

        if (!_finishing)
        {
            new Thread(() => lost()) { IsBackground = true, Name = "daemon lost" }.Start();
        }
    }

    private static void Execute(VmRunner runner, VmCommand command)
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
                break;
            case VmCommand.CommandOneofCase.Resume:
                runner.Resume();
                break;
        }
    }
}
