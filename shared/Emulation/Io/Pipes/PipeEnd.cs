using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Pipes;

/// <summary>An open end of a pipe instance.</summary>
internal sealed partial class PipeEnd(NamedPipeDevice device, PipeInstance instance, bool isServer, uint processId, Executive executive, uint access, uint share, FileOptions options)
    : FileObject(executive, access, share, options)
{
    /// <summary>Longest single write.</summary>
    private const uint MaximumWrite = 64 << 20;

    private bool _messageMode;
    private bool _nonBlocking;

    /// <inheritdoc/>
    public override uint DeviceType => Devices.StandardHandles.PipeType;

    /// <inheritdoc/>
    public override string ObjectName => @"\Device\NamedPipe" + FileName;

    /// <inheritdoc/>
    public override string FileName => "\\" + instance.Pipe.PipeName;

    /// <summary>The instance.</summary>
    public PipeInstance Instance => instance;

    /// <summary>Process that opened it.</summary>
    public uint ProcessId => processId;

    private PipeQueue Incoming => isServer ? instance.ToServer : instance.ToClient;

    private PipeQueue Outgoing => isServer ? instance.ToClient : instance.ToServer;

    /// <summary>Sets the modes that NtCreateNamedPipeFile gives.</summary>
    public void SetModes(bool messageMode, bool nonBlocking) => (_messageMode, _nonBlocking) = (messageMode, nonBlocking);

    /// <inheritdoc/>
    internal override bool TransfersAtOnce(bool isWrite) => true;

    /// <inheritdoc/>
    internal override NtStatus Read(in IoReply reply, GuestPointer buffer, uint length, long? offset)
    {
        List<Action> completions = [];
        PipeReadRequest? request = null;
        NtStatus status;
        byte[] data = [];
        lock (instance.Lock)
        {
            if (Incoming.Count != 0 && instance.State != PipeState.Disconnected)
            {
                status = Incoming.Take(length, _messageMode, completions, out data);
            }
            else
            {
                status = StateForRead();
                if (status == NtStatus.Pending && MustNotBlock(reply))
                {
                    return NtStatus.MustExit;
                }
                if (status == NtStatus.Pending)
                {
                    request = new PipeReadRequest(reply, instance, Incoming, buffer, length, _messageMode);
                    AddRequest(request);
                    Incoming.Readers.AddLast(request);
                }
            }
        }
        Run(completions);
        if (request is not null)
        {
            return AwaitRequest(reply.Thread, request);
        }
        return data.Length != 0 && !reply.Thread.Memory.TryWrite(buffer, data) ? NtStatus.AccessViolation : reply.Complete(status, (ulong)data.Length);
    }

    /// <inheritdoc/>
    internal override NtStatus Write(in IoReply reply, GuestPointer buffer, uint length, long? offset)
    {
        if (length > MaximumWrite)
        {
            return NtStatus.InsufficientResources;
        }
        byte[] data = new byte[length];
        if (!reply.Thread.Memory.TryRead(buffer, data))
        {
            return NtStatus.AccessViolation;
        }
        List<Action> completions = [];
        PipeWriteRequest? request = null;
        NtStatus status;
        lock (instance.Lock)
        {
            status = StateForWrite();
            if (status.IsSuccess && Outgoing.Bytes + length > Outgoing.Quota && MustNotBlock(reply))
            {
                return NtStatus.MustExit;
            }
            if (status.IsSuccess && _nonBlocking && Outgoing.Readers.Count == 0 && Outgoing.Bytes + length > Outgoing.Quota)
            {
                return reply.Complete(NtStatus.Success, 0);
            }
            if (status.IsSuccess)
            {
                PipeMessage message = new(data);
                if (!Outgoing.Add(message, instance.Pipe.Settings.IsMessageType, completions))
                {
                    request = new PipeWriteRequest(reply, instance, Outgoing, message);
                    AddRequest(request);
                    message.Writer = request;
                }
            }
        }
        Run(completions);
        return request is not null ? AwaitRequest(reply.Thread, request) : reply.Complete(status, status.IsSuccess ? length : 0);
    }

    /// <inheritdoc/>
    internal override NtStatus Flush(NtThread thread)
    {
        NtStatus status;
        lock (instance.Lock)
        {
            status = Outgoing.Count == 0 ? NtStatus.Success : StateForWrite();
            if (!status.IsSuccess || Outgoing.Count == 0)
            {
                return status;
            }
        }
        return thread.WaitCancellably(Outgoing, NtTimeout.Infinite);
    }

    /// <inheritdoc/>
    internal override NtStatus QueryMetadata(out FileMetadata metadata)
    {
        lock (instance.Lock)
        {
            metadata = new FileMetadata
            {
                Attributes = FileAttributeFlags.Normal,
                Links = 1,
                EndOfFile = Incoming.Bytes,
                AllocationSize = instance.Pipe.Settings.InboundQuota + (long)instance.Pipe.Settings.OutboundQuota,
            };
        }
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    internal override NtStatus OpenRelative(in FileCreateRequest request, string name, out FileObject file, out ulong information)
    {
        if (isServer && name.Length == 0)
        {
            return device.Connect(instance.Pipe, request, out file, out information);
        }
        return base.OpenRelative(request, name, out file, out information);
    }

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(NtProcess process)
    {
        base.OnLastHandleClosed(process);
        List<Action> completions = [];
        lock (instance.Lock)
        {
            Outgoing.Break(NtStatus.PipeBroken, false, completions);
            Incoming.Break(NtStatus.PipeBroken, true, completions);
            if (isServer)
            {
                instance.Server = null;
            }
            else
            {
                instance.Client = null;
            }
            if (instance.State == PipeState.Connected)
            {
                instance.State = PipeState.Closing;
            }
        }
        Run(completions);
        if (isServer)
        {
            device.Remove(instance);
        }
    }

    private bool MustNotBlock(in IoReply reply) => reply.Thread.IsPosted && IsSynchronous;

    private NtStatus StateForRead() => instance.State switch
    {
        PipeState.Listening => NtStatus.PipeListening,
        PipeState.Disconnected => NtStatus.PipeDisconnected,
        PipeState.Closing => NtStatus.PipeBroken,
        _ => _nonBlocking ? NtStatus.PipeEmpty : NtStatus.Pending,
    };

    private NtStatus StateForWrite() => instance.State switch
    {
        PipeState.Listening => NtStatus.PipeListening,
        PipeState.Disconnected => NtStatus.PipeDisconnected,
        PipeState.Closing => NtStatus.PipeClosing,
        _ => NtStatus.Success,
    };

    private static void Run(List<Action> completions)
    {
        foreach (Action completion in completions)
        {
            completion();
        }
    }
}
