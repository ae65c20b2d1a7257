using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Devices;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;
using FileOptions = PortableVirt.Emulation.Io.FileOptions;

namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// An AFD endpoint: a socket of the guest over a non-blocking socket of the host. <see cref="Lock"/> guards its state; it may be
/// held while the dispatcher lock is taken, never the reverse, and no two sockets' locks are held at a time.
/// </summary>
internal sealed partial class SocketFile(SocketNetwork network, Executive executive, uint access, uint share, FileOptions options)
    : FileObject(executive, access, share, options)
{
    /// <summary>Milliseconds that a blocking call waits before it leaves the waiting to others.</summary>
    private const int BriefWait = 5;

    /// <summary>SOCK_STREAM.</summary>
    public const int Stream = 1;

    /// <summary>SOCK_DGRAM.</summary>
    public const int Datagram = 2;

    /// <summary>SOCK_RAW.</summary>
    public const int RawPackets = 3;

    private readonly SocketRequestQueue _readers = new();
    private readonly SocketRequestQueue _writers = new();
    private readonly SocketRequestQueue _acceptors = new();
    private SafeFileHandle? _host;
    private SocketPoller? _poller;
    private ulong _key;
    private HostReadiness _watched;
    private bool _isPolled;
    private SocketAddress _local;
    private SocketAddress _peer;
    private long _connectTime;
    private bool _isBound;
    private bool _nonBlocking;
    private bool _readShut;
    private bool _writeShut;
    private bool _isReset;

    /// <summary>Guards the state.</summary>
    internal Lock Lock { get; } = new();

    /// <summary>FILE_DEVICE_NAMED_PIPE: what sockets are for GetFileType.</summary>
    public override uint DeviceType => StandardHandles.PipeType;

    /// <inheritdoc/>
    public override string ObjectName => @"\Device\Afd";

    /// <inheritdoc/>
    public override string FileName => @"\Endpoint";

    /// <summary>What the VM's sockets share.</summary>
    internal SocketNetwork Network => network;

    /// <summary>State.</summary>
    internal SocketState State { get; private set; }

    /// <summary>Windows' address family.</summary>
    internal int Family { get; private set; }

    /// <summary>SOCK_ type.</summary>
    internal int Type { get; private set; }

    /// <summary>IPPROTO_ number.</summary>
    internal int Protocol { get; private set; }

    /// <summary>Process that made or accepted it.</summary>
    internal uint OwnerProcessId { get; private set; }

    /// <summary>SO_EXCLUSIVEADDRUSE.</summary>
    internal bool IsExclusive { get; private set; }

    /// <summary>The own address; none before it is bound.</summary>
    internal SocketAddress LocalAddress
    {
        get
        {
            lock (Lock)
            {
                return _local;
            }
        }
    }

    /// <summary>The peer's address; none before it is known.</summary>
    internal SocketAddress PeerAddress
    {
        get
        {
            lock (Lock)
            {
                return _peer;
            }
        }
    }

    /// <summary>The host's socket; null before it is made and after the last handle is closed.</summary>
    internal SafeFileHandle? Host => _host;

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(NtProcess process)
    {
        base.OnLastHandleClosed(process);
        network.Bound.Remove(this);
        lock (Lock)
        {
            _event = null;
            _eventMask = AfdPollFlags.None;
            if (HasBacklog)
            {
                _isClosing = true;
                UpdateWatch();
            }
            else
            {
                CloseHost();
            }
        }
        EndPolls(AfdPollFlags.Close, NtStatus.Success);
    }

    /// <summary>Takes a request out of its queue: it ends otherwise.</summary>
    internal void Forget(SocketRequest request)
    {
        lock (Lock)
        {
            _readers.Remove(request);
            _writers.Remove(request);
            _acceptors.Remove(request);
            if (_connectRequest == request)
            {
                _connectRequest = null;
            }
            if (_acceptReceive == request)
            {
                _acceptReceive = null;
            }
        }
    }

    /// <summary>Makes a host socket the endpoint's own and has it watched. Called under the lock.</summary>
    private NtStatus Adopt(SafeFileHandle host)
    {
        NtStatus status = network.GetPoller(out SocketPoller poller);
        if (status.IsSuccess)
        {
            CloseHost();
            (_host, _poller, _key, _watched, _isPolled) = (host, poller, poller.Add(this), HostReadiness.None, false);
        }
        return status;
    }

    private void CloseHost()
    {
        if (_host is { } host)
        {
            _host = null;
            _poller!.Remove(_key);
            host.Dispose();
        }
    }

    /// <summary>
    /// Answers a call that is done now or registers its request, according to how far the attempt came. Called under the lock;
    /// null means that the request is pending and the caller goes on with <see cref="Await"/>, without the lock.
    /// </summary>
    /// <param name="overlapped">The call may pend although the socket is non-blocking.</param>
    private NtStatus? Start(in IoReply reply, SocketRequest request, SocketRequestQueue queue, bool overlapped)
    {
        NtStatus status = NtStatus.DeviceNotReady;
        ulong information = 0;
        if (queue.IsEmpty)
        {
            status = request.Attempt(out information);
        }
        if (status != NtStatus.DeviceNotReady)
        {
            return reply.Complete(status, information);
        }
        if (_nonBlocking && !overlapped)
        {
            return status;
        }
        AddRequest(request);
        queue.Add(request);
        if (overlapped)
        {
            UpdateWatch();
        }
        return null;
    }

    /// <summary>
    /// What a call returns whose request is registered. A blocking call first waits a little here: an answer that comes soon needs
    /// neither the poller's thread nor a wait of the program. The wait is short because it is not alertable.
    /// </summary>
    /// <param name="wanted">What the host socket has to be ready for.</param>
    /// <param name="timeout">Milliseconds until a blocking call fails; 0 for never.</param>
    private NtStatus Await(in IoReply reply, SocketRequest request, SocketRequestQueue queue, HostReadiness wanted, bool overlapped, uint timeout)
    {
        if (overlapped)
        {
            return AwaitRequest(reply.Thread, request);
        }
        long start = Executive.Clock.Monotonic.Now;
        long limit = timeout == 0 ? long.MaxValue : start + (timeout * (Stopwatch.Frequency / 1000));
        reply.Thread.SynchronousRequest = request;
        WaitBriefly(reply.Thread, request, queue, wanted, Math.Min(limit, start + (Stopwatch.Frequency * BriefWait / 1000)));
        reply.Thread.SynchronousRequest = null;
        if (request.IsCompleted)
        {
            return request.Status;
        }
        lock (Lock)
        {
            UpdateWatch();
        }
        if (timeout != 0)
        {
            _poller!.AddDeadline(request, limit);
        }
        return AwaitRequest(reply.Thread, request);
    }

    private void WaitBriefly(NtThread thread, SocketRequest request, SocketRequestQueue queue, HostReadiness wanted, long end)
    {
        while (!request.IsCompleted && !thread.IsTerminating && Executive.Clock.Monotonic.Now < end)
        {
            int descriptor;
            lock (Lock)
            {
                if (_host is not { } host)
                {
                    return;
                }
                descriptor = (int)host.DangerousGetHandle();
            }
            if (thread.Park.WaitDescriptor(descriptor, (short)wanted, new Deadline(end)) == 0)
            {
                continue;
            }
            lock (Lock)
            {
                if (queue == _writers)
                {
                    AdvanceWriters();
                }
                else
                {
                    queue.Advance();
                }
            }
        }
    }
}
