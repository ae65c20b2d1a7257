using System.Text;
using PortableVirt.Emulation.Io.Calls;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Pipes;

/// <summary>FSCTL_PIPE_ control codes and the pipe classes of NtQueryInformationFile and NtSetInformationFile.</summary>
internal sealed partial class PipeEnd
{
    private const uint Disconnect = 0x110004;
    private const uint Listen = 0x110008;
    private const uint Peek = 0x11400c;
    private const uint Transceive = 0x11c017;
    private const uint Impersonate = 0x11001c;
    private const uint GetConnectionAttribute = 0x110030;

    /// <inheritdoc/>
    internal override NtStatus FsControl(in IoReply reply, in IoControl control) => control.Code switch
    {
        Disconnect => isServer ? DisconnectClient(reply) : NtStatus.IllegalFunction,
        Listen => isServer ? ListenForClient(reply) : NtStatus.IllegalFunction,
        Peek => PeekData(reply, control),
        Transceive => TransceiveMessage(reply, control),
        Impersonate => isServer ? reply.Complete(NtStatus.Success, 0) : NtStatus.IllegalFunction,
        GetConnectionAttribute => ReturnProcessId(reply, control),
        _ => NtStatus.InvalidDeviceRequest,
    };

    /// <inheritdoc/>
    internal override NtStatus QuerySpecial(FileInformationClass informationClass, Span<byte> buffer, out int written)
    {
        written = 0;
        int size = informationClass switch { FileInformationClass.Pipe => 8, FileInformationClass.PipeLocal => 40, FileInformationClass.PipeRemote => 16, _ => 0 };
        if (size == 0)
        {
            return NtStatus.InvalidInfoClass;
        }
        if (buffer.Length < size)
        {
            return NtStatus.InfoLengthMismatch;
        }
        InformationBuffer writer = new(buffer);
        lock (instance.Lock)
        {
            PipeSettings settings = instance.Pipe.Settings;
            if (informationClass == FileInformationClass.Pipe)
            {
                writer.Add(_messageMode ? 1u : 0u);
                writer.Add(_nonBlocking ? 1u : 0u);
            }
            else if (informationClass == FileInformationClass.PipeLocal)
            {
                writer.Add(settings.IsMessageType ? 1u : 0u);
                writer.Add(settings.Configuration);
                writer.Add(settings.MaximumInstances);
                writer.Add((uint)instance.Pipe.Instances.Count);
                writer.Add(settings.InboundQuota);
                writer.Add((uint)Math.Min(Incoming.Bytes, uint.MaxValue));
                writer.Add(settings.OutboundQuota);
                writer.Add((uint)Math.Max(0, Outgoing.Quota - Outgoing.Bytes));
                writer.Add((uint)instance.State);
                writer.Add(isServer ? 1u : 0u);
            }
        }
        written = size;
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    internal override NtStatus SetSpecial(NtThread thread, FileInformationClass informationClass, ReadOnlySpan<byte> buffer, uint grantedAccess)
    {
        if (informationClass != FileInformationClass.Pipe)
        {
            return base.SetSpecial(thread, informationClass, buffer, grantedAccess);
        }
        uint readMode = BitConverter.ToUInt32(buffer);
        uint completionMode = BitConverter.ToUInt32(buffer[4..]);
        if (readMode > 1 || completionMode > 1 || (readMode == 1 && !instance.Pipe.Settings.IsMessageType))
        {
            return NtStatus.InvalidParameter;
        }
        SetModes(readMode == 1, completionMode == 1);
        return NtStatus.Success;
    }

    private NtStatus DisconnectClient(in IoReply reply)
    {
        List<Action> completions = [];
        lock (instance.Lock)
        {
            if (instance.State == PipeState.Disconnected)
            {
                return NtStatus.PipeDisconnected;
            }
            if (instance.State == PipeState.Listening)
            {
                return NtStatus.PipeListening;
            }
            Incoming.Break(NtStatus.PipeDisconnected, true, completions);
            Outgoing.Break(NtStatus.PipeDisconnected, true, completions);
            instance.State = PipeState.Disconnected;
            instance.Client = null;
        }
        Run(completions);
        return reply.Complete(NtStatus.Success, 0);
    }

    private NtStatus ListenForClient(in IoReply reply)
    {
        PipeListenRequest request;
        lock (instance.Lock)
        {
            switch (instance.State)
            {
                case PipeState.Connected:
                    return NtStatus.PipeConnected;
                case PipeState.Closing:
                    return NtStatus.PipeClosing;
            }
            instance.State = PipeState.Listening;
            if (_nonBlocking)
            {
                device.UpdateListener(instance.Pipe);
                return NtStatus.PipeListening;
            }
            request = new PipeListenRequest(reply, instance);
            AddRequest(request);
            instance.Listeners.Add(request);
        }
        device.UpdateListener(instance.Pipe);
        return AwaitRequest(reply.Thread, request);
    }

    private NtStatus PeekData(in IoReply reply, in IoControl control)
    {
        const int Header = 16;
        if (control.OutputLength < Header)
        {
            return NtStatus.InfoLengthMismatch;
        }
        byte[] output;
        bool more;
        lock (instance.Lock)
        {
            if (Incoming.Count == 0)
            {
                NtStatus status = StateForRead();
                if (status != NtStatus.Pending && status != NtStatus.PipeEmpty)
                {
                    return status;
                }
            }
            byte[] data = Incoming.Peek(control.OutputLength - Header, instance.Pipe.Settings.IsMessageType);
            output = new byte[Header + data.Length];
            InformationBuffer writer = new(output);
            writer.Add((uint)instance.State);
            writer.Add((uint)Math.Min(Incoming.Bytes, uint.MaxValue));
            writer.Add(instance.Pipe.Settings.IsMessageType ? (uint)Incoming.Count : 0);
            writer.Add(instance.Pipe.Settings.IsMessageType ? (uint)Incoming.FirstLeft : 0);
            writer.Add(data);
            more = data.Length < (instance.Pipe.Settings.IsMessageType ? Incoming.FirstLeft : Incoming.Bytes);
        }
        return reply.Thread.Memory.TryWrite(control.Output, output)
            ? reply.Complete(more ? NtStatus.BufferOverflow : NtStatus.Success, (ulong)output.Length)
            : NtStatus.AccessViolation;
    }

    /// <summary>Writes a message and reads the answer. Its write does not wait for room.</summary>
    private NtStatus TransceiveMessage(in IoReply reply, in IoControl control)
    {
        if (!_messageMode)
        {
            return NtStatus.InvalidReadMode;
        }
        if (control.InputLength > MaximumWrite)
        {
            return NtStatus.InsufficientResources;
        }
        byte[] data = new byte[control.InputLength];
        if (!reply.Thread.Memory.TryRead(control.Input, data))
        {
            return NtStatus.AccessViolation;
        }
        List<Action> completions = [];
        lock (instance.Lock)
        {
            NtStatus status = Incoming.Count != 0 ? NtStatus.PipeBusy : StateForWrite();
            if (!status.IsSuccess)
            {
                return status;
            }
            Outgoing.Add(new PipeMessage(data), true, completions);
        }
        Run(completions);
        return Read(reply, control.Output, control.OutputLength, null);
    }

    private NtStatus ReturnProcessId(in IoReply reply, in IoControl control)
    {
        if (control.InputLength > 64)
        {
            return NtStatus.InvalidParameter;
        }
        byte[] name = new byte[control.InputLength];
        if (!reply.Thread.Memory.TryRead(control.Input, name))
        {
            return NtStatus.AccessViolation;
        }
        uint? id = Encoding.ASCII.GetString(name).TrimEnd('\0') switch
        {
            "ClientProcessId" => instance.Client?.ProcessId,
            "ServerProcessId" => instance.Server?.ProcessId,
            _ => null,
        };
        return id is { } value ? DiskFile.Return(reply, control, BitConverter.GetBytes(control.OutputLength >= 8 ? (ulong)value : value).AsSpan(0, control.OutputLength >= 8 ? 8 : 4)) : NtStatus.NotFound;
    }
}
