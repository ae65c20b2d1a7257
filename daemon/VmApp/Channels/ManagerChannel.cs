using System.Net.Sockets;
using System.Threading.Channels;
using PortableVirt.Protocol.V1;
using PortableVirt.VirtualLayer.Unseen;
using PortableVirt.VmApp.Core;

namespace PortableVirt.VmApp.Channels;

/// <summary>
/// The VM-app's side of the manager channel, over all connections of it: the daemon may be killed, restarted or upgraded while the VM runs. What
/// happens meanwhile waits for the next connection. Nothing of the VM waits for it.
/// </summary>
internal sealed class ManagerChannel : IVmEvents
{
    private const int MaxWaitingEvents = 1024;

    /// <summary>Names come from the program.</summary>
    private const int MaxName = 512;

    private readonly Socket _listener;
    private readonly bool _isAttached;
    private readonly Channel<VmEvent> _events = Channel.CreateBounded<VmEvent>(
        new BoundedChannelOptions(MaxWaitingEvents) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly TaskCompletionSource _accountTaken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<VmCommands> _commands = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RunExit? _exit;

    private ManagerChannel(Socket listener, bool isAttached)
    {
        _listener = listener;
        _isAttached = isAttached;
    }

    /// <summary>Starts the channel over a listening socket, which it owns.</summary>
    /// <param name="listener">The socket.</param>
    /// <param name="isAttached">True: the run belongs to a caller and does not go on for long without a daemon.</param>
    /// <param name="lost">Called when no daemon connects for too long; on a thread of its own.</param>
    public static ManagerChannel Open(Socket listener, bool isAttached, Action lost)
    {
        ManagerChannel channel = new(listener, isAttached);
        _ = Task.Run(() => channel.ServeAsync(lost));
        return channel;
    }

    /// <summary>Gives the daemon's commands to a runner from now on.</summary>
    public void Control(VmRunner runner) => _commands.SetResult(new VmCommands(runner));

    /// <inheritdoc/>
    public void ProcessStarted(uint processId, string imagePath) =>
        Post(new VmEvent { ProcessStarted = new ProcessStarted { ProcessId = processId, ImagePath = imagePath } });

    /// <inheritdoc/>
    public void ProcessEnded(uint processId, uint exitCode) =>
        Post(new VmEvent { ProcessEnded = new ProcessEnded { ProcessId = processId, ExitCode = exitCode } });

    /// <inheritdoc/>
    public void Error(string text) => Post(new VmEvent { Error = text });

    /// <summary>Tells of something that the package lacks.</summary>
    /// <param name="item">What it is.</param>
    /// <param name="command">The command that adds it, or empty.</param>
    public void Unseen(UnseenItem item, string command) => Post(new VmEvent
    {
        Unseen = new UnseenUse
        {
            Kind = UnseenPolicyText.WordOf(item.Kind),
            Name = item.Name.Length > MaxName ? item.Name[..MaxName] : item.Name,
            Given = item.IsGiven,
            Command = command,
        },
    });

    /// <summary>Reports the run's end and waits until a daemon has it, or too long for one.</summary>
    public async Task FinishAsync(VmExit exit)
    {
        _exit = new RunExit
        {
            ExitCode = exit.ExitCode,
            Failure = exit.Failure ?? "",
            GuestException = exit.IsGuestException,
            NtStatus = exit.NtStatus,
        };
        _events.Writer.Complete();
        try
        {
            await _accountTaken.Task.WaitAsync(DaemonAbsence.Account).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // No daemon came; the exit code is all that is left to tell.
        }
    }

    private void Post(VmEvent item) => _events.Writer.TryWrite(item);

    /// <summary>Serves one connection after the other; a new one takes the place of the old one.</summary>
    private async Task ServeAsync(Action lost)
    {
        TimeSpan patience = DaemonAbsence.First;
        Task<Socket> next = _listener.AcceptAsync();
        while (true)
        {
            if (patience != Timeout.InfiniteTimeSpan && await Task.WhenAny(next, Task.Delay(patience)).ConfigureAwait(false) != next)
            {
                new Thread(() => lost()) { IsBackground = true, Name = "daemon lost" }.Start();
                return;
            }

            using ManagerConnection connection = new(await next.ConfigureAwait(false));
            next = _listener.AcceptAsync();
            Task<bool> served = connection.ServeAsync(_events.Reader, () => _exit, _commands.Task);
            if (await Task.WhenAny(served, next).ConfigureAwait(false) == next)
            {
                await connection.CutAsync().ConfigureAwait(false);
            }

            if (await served.ConfigureAwait(false))
            {
                _accountTaken.TrySetResult();
                return;
            }

            patience = _isAttached ? DaemonAbsence.Attached : Timeout.InfiniteTimeSpan;
        }
    }
}
