using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Pipes;

/// <summary>\Device\NamedPipe: the named pipes of the VM. They connect processes inside it; nothing of them reaches the host.</summary>
internal sealed class NamedPipeDevice(Executive executive) : DeviceObject
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, NamedPipe> _pipes = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>NtCreateNamedPipeFile: a new instance, of a new pipe or of one that there is.</summary>
    public NtStatus CreateInstance(in FileCreateRequest request, string name, PipeSettings settings, bool messageMode, bool nonBlocking, out PipeEnd server, out ulong information)
    {
        server = null!;
        information = FileCreateRequest.Created;
        lock (_lock)
        {
            NamedPipe? pipe = null;
            if (name.Length != 0 && _pipes.TryGetValue(name, out pipe))
            {
                if (request.Disposition == FileDisposition.Create)
                {
                    return NtStatus.AccessDenied;
                }
                if (pipe.Instances.Count >= pipe.Settings.MaximumInstances)
                {
                    return NtStatus.InstanceNotAvailable;
                }
                if (pipe.Settings.Configuration != settings.Configuration || pipe.Settings.IsMessageType != settings.IsMessageType)
                {
                    return NtStatus.AccessDenied;
                }
                information = FileCreateRequest.Opened;
            }
            else if (request.Disposition == FileDisposition.Open)
            {
                return NtStatus.ObjectNameNotFound;
            }
            if (pipe is null)
            {
                pipe = new NamedPipe(name, settings, executive.Dispatcher);
                if (name.Length != 0)
                {
                    _pipes[name] = pipe;
                }
            }
            PipeInstance instance = new(pipe, executive);
            server = new PipeEnd(this, instance, true, request.Thread.Process.ProcessId, executive, request.Access, request.Share, request.Options);
            server.SetModes(messageMode, nonBlocking);
            instance.Server = server;
            pipe.Instances.Add(instance);
            pipe.UpdateListener();
            return NtStatus.Success;
        }
    }

    /// <summary>Opens a client end on an instance that listens. STATUS_PIPE_NOT_AVAILABLE when none does.</summary>
    public NtStatus Connect(NamedPipe pipe, in FileCreateRequest request, out FileObject file, out ulong information)
    {
        file = null!;
        information = FileCreateRequest.Opened;
        const uint Read = FileAccessRights.ReadData, Write = FileAccessRights.WriteData;
        if ((pipe.Settings.Configuration == 0 && (request.Access & Read) != 0) || (pipe.Settings.Configuration == 1 && (request.Access & Write) != 0))
        {
            return NtStatus.AccessDenied;
        }
        PipeListenRequest[] listeners = [];
        lock (_lock)
        {
            foreach (PipeInstance instance in pipe.Instances)
            {
                lock (instance.Lock)
                {
                    if (instance.State != PipeState.Listening)
                    {
                        continue;
                    }
                    PipeEnd client = new(this, instance, false, request.Thread.Process.ProcessId, executive, request.Access & ~FileAccessRights.MaximumAllowed, request.Share, request.Options);
                    instance.Client = client;
                    instance.State = PipeState.Connected;
                    listeners = [.. instance.Listeners];
                    instance.Listeners.Clear();
                    file = client;
                }
                break;
            }
            pipe.UpdateListener();
        }
        foreach (PipeListenRequest listener in listeners)
        {
            listener.TryComplete(NtStatus.Success, 0);
        }
        return file is null ? NtStatus.PipeNotAvailable : NtStatus.Success;
    }

    /// <summary>FSCTL_PIPE_WAIT: waits until an instance of a pipe listens. STATUS_IO_TIMEOUT, STATUS_OBJECT_NAME_NOT_FOUND.</summary>
    public NtStatus WaitForListener(NtThread thread, string name, long? timeout)
    {
        NamedPipe? pipe;
        lock (_lock)
        {
            if (!_pipes.TryGetValue(name, out pipe))
            {
                return NtStatus.ObjectNameNotFound;
            }
        }
        NtStatus status = thread.WaitCancellably(pipe, NtTimeout.FromNt(timeout ?? pipe.Settings.DefaultTimeout, executive.Clock));
        return status == NtStatus.Timeout ? NtStatus.IoTimeout : status;
    }

    /// <summary>Those who wait for a listening instance look again.</summary>
    public void UpdateListener(NamedPipe pipe)
    {
        lock (_lock)
        {
            pipe.UpdateListener();
        }
    }

    /// <summary>The server end of an instance was closed.</summary>
    public void Remove(PipeInstance instance)
    {
        lock (_lock)
        {
            NamedPipe pipe = instance.Pipe;
            pipe.Instances.Remove(instance);
            pipe.UpdateListener();
            if (pipe.Instances.Count == 0)
            {
                _pipes.Remove(pipe.PipeName);
            }
        }
    }

    /// <summary>The names of all pipes.</summary>
    public List<string> Names()
    {
        lock (_lock)
        {
            return [.. _pipes.Keys];
        }
    }

    /// <inheritdoc/>
    internal override NtStatus Open(in FileCreateRequest request, string remainder, out FileObject file, out ulong information)
    {
        information = FileCreateRequest.Opened;
        if (remainder.Length == 0)
        {
            file = new NamedPipeRootFile(this, executive, request.Access & ~FileAccessRights.MaximumAllowed, request.Share, request.Options);
            return NtStatus.Success;
        }
        NamedPipe? pipe;
        lock (_lock)
        {
            _pipes.TryGetValue(remainder, out pipe);
        }
        file = null!;
        return pipe is null ? NtStatus.ObjectNameNotFound
            : request.Disposition is FileDisposition.Create ? NtStatus.AccessDenied
            : Connect(pipe, request, out file, out information);
    }
}
