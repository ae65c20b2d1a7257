using System.Net.Sockets;
using System.Threading.Channels;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;
using PortableVirt.VmApp.Stages;

namespace PortableVirt.VmApp.Channels;

/// <summary>One connection of the manager channel.</summary>
internal sealed class ManagerConnection : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<VmEvent, VmCommand> _call;
    private readonly CancellationTokenSource _broken = new();
    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>A channel over a connected socket, which it owns.</summary>
    public ManagerConnection(Socket socket)
    {
        _channel = GrpcChannel.ForSocket(socket);
        _call = _channel.DuplexStreamingCall(ManagerMethods.Attach, default);
    }

    /// <summary>Sends events and carries out commands until the daemon has the run's end, or the connection breaks.</summary>
    /// <param name="events">What waits to be sent; ends with the run.</param>
    /// <param name="exit">Gives the run's end once <paramref name="events"/> has ended.</param>
    /// <param name="commands">Carries out commands, once the VM is there.</param>
    /// <returns>True: the daemon has the run's end.</returns>
    public async Task<bool> ServeAsync(ChannelReader<VmEvent> events, Func<RunExit?> exit, Task<VmCommands> commands)
    {
        bool isPaused = commands.IsCompletedSuccessfully && commands.Result.IsPaused;
        Task<bool> receiver = ReceiveAsync(commands);
        try
        {
            await WriteAsync(new VmEvent { Ready = new VmReady { Version = SecondStage.Version, Paused = isPaused } }).ConfigureAwait(false);
            while (await events.WaitToReadAsync(_broken.Token).ConfigureAwait(false))
            {
                // Taken out only when it was written: what could not be, is for the next connection.
                while (events.TryPeek(out VmEvent? item))
                {
                    await WriteAsync(item).ConfigureAwait(false);
                    events.TryRead(out _);
                }
            }

            await WriteAsync(new VmEvent { Exit = exit() }).ConfigureAwait(false);
            await _call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is GrpcException or OperationCanceledException)
        {
            // The receiver meets the same end.
        }

        return await receiver.ConfigureAwait(false);
    }

    /// <summary>Breaks the connection.</summary>
    public Task CutAsync()
    {
        _call.Dispose();
        return _broken.CancelAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _call.Dispose();
        _channel.Dispose();
        _broken.Dispose();
    }

    private async Task WriteAsync(VmEvent item)
    {
        await _writing.WaitAsync(_broken.Token).ConfigureAwait(false);
        try
        {
            await _call.RequestStream.WriteAsync(item, _broken.Token).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>True: the daemon ended the stream well, which it does when it has the run's end.</summary>
    private async Task<bool> ReceiveAsync(Task<VmCommands> commands)
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(default).ConfigureAwait(false))
            {
                VmCommands executor = await commands.ConfigureAwait(false);
                VmEvent? answer = executor.Execute(_call.ResponseStream.Current);
                if (answer is not null)
                {
                    await WriteAsync(answer).ConfigureAwait(false);
                }
            }

            return true;
        }
        catch (Exception e) when (e is GrpcException or OperationCanceledException)
        {
            // The daemon is gone; the next one connects.
            return false;
        }
        finally
        {
            await _broken.CancelAsync().ConfigureAwait(false);
        }
    }
}
