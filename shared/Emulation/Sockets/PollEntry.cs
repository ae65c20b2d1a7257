namespace PortableVirt.Emulation.Sockets;

/// <summary>One socket of an IOCTL_AFD_POLL.</summary>
/// <param name="socket">The socket.</param>
/// <param name="handle">Its handle value, as the program wrote it.</param>
/// <param name="mask">What the program wants to know.</param>
internal sealed class PollEntry(SocketFile socket, ulong handle, AfdPollFlags mask)
{
    private int _told;

    /// <summary>The socket.</summary>
    public SocketFile Socket => socket;

    /// <summary>The handle value.</summary>
    public ulong Handle => handle;

    /// <summary>What is wanted.</summary>
    public AfdPollFlags Mask => mask;

    /// <summary>The request; set before the entry is in a socket's list.</summary>
    public PollRequest? Request { get; set; }

    /// <summary>What the socket told.</summary>
    public AfdPollFlags Told => (AfdPollFlags)Volatile.Read(ref _told);

    /// <summary>Why connecting failed, if it did.</summary>
    public NtStatus Status { get; private set; }

    /// <summary>The socket tells something that is wanted.</summary>
    public void Tell(AfdPollFlags flags, NtStatus status)
    {
        Status = status;
        Volatile.Write(ref _told, (int)flags);
    }
}
