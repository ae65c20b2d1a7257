namespace PortableVirt.Emulation.Io.Pipes;

/// <summary>One instance of a pipe: a server end, at most one client end, and a queue each way. Guarded by <see cref="Lock"/>.</summary>
internal sealed class PipeInstance(NamedPipe pipe, Executive executive)
{
    /// <summary>Guards the instance and its queues.</summary>
    public Lock Lock { get; } = new();

    /// <summary>The pipe.</summary>
    public NamedPipe Pipe { get; } = pipe;

    /// <summary>State.</summary>
    public PipeState State { get; set; } = PipeState.Listening;

    /// <summary>The server's end; null once closed.</summary>
    public PipeEnd? Server { get; set; }

    /// <summary>The client's end; null when there is none.</summary>
    public PipeEnd? Client { get; set; }

    /// <summary>What the client wrote and the server has not read.</summary>
    public PipeQueue ToServer { get; } = new(pipe.Settings.InboundQuota, executive.Dispatcher);

    /// <summary>What the server wrote and the client has not read.</summary>
    public PipeQueue ToClient { get; } = new(pipe.Settings.OutboundQuota, executive.Dispatcher);

    /// <summary>FSCTL_PIPE_LISTEN calls that wait for a client.</summary>
    public List<PipeListenRequest> Listeners { get; } = [];
}
