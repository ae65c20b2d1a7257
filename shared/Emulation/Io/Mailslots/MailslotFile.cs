using PortableVirt.Emulation.Io.Calls;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Mailslots;

/// <summary>An end of a mailslot: the reader's, or one of the writers'.</summary>
/// <param name="readTimeout">How long reads wait: 100 ns units, negative; 0 not at all; anything positive for ever. Null for a writer.</param>
internal sealed class MailslotFile(MailslotDevice device, string name, Mailslot slot, long? readTimeout, Executive executive, uint access, uint share, FileOptions options)
    : FileObject(executive, access, share, options)
{
    private const uint MaximumWrite = 16 << 20;
    private const int QueryLength = 24;
    private const int TicksPerMillisecond = 10_000;
    private long _readTimeout = readTimeout ?? 0;

    /// <summary>FILE_DEVICE_MAILSLOT.</summary>
    public override uint DeviceType => 0xc;

    /// <inheritdoc/>
    public override string ObjectName => @"\Device\MailSlot\" + name;

    /// <inheritdoc/>
    public override string FileName => @"\" + name;

    private bool IsReader => readTimeout is not null;

    /// <inheritdoc/>
    internal override NtStatus Read(in IoReply reply, GuestPointer buffer, uint length, long? offset)
    {
        if (!IsReader)
        {
            return NtStatus.InvalidParameter;
        }
        IoReply to = reply;
        long timeout = Volatile.Read(ref _readTimeout);
        NtStatus status = slot.Read(length, timeout == 0 ? null : Wait, out byte[] message, out MailslotReadRequest? waiting);
        if (waiting is not null)
        {
            if (timeout < 0)
            {
                waiting.StartTimer((long)((ulong)-timeout / TicksPerMillisecond));
            }
            return AwaitRequest(reply.Thread, waiting);
        }
        return status == NtStatus.Pending ? reply.Complete(NtStatus.IoTimeout, 0)
            : !status.IsSuccess ? reply.Complete(status, 0)
            : reply.Thread.Memory.TryWrite(buffer, message) ? reply.Complete(status, (ulong)message.Length)
            : NtStatus.AccessViolation;

        MailslotReadRequest Wait()
        {
            MailslotReadRequest request = new(to, slot, buffer, length);
            AddRequest(request);
            return request;
        }
    }

    /// <inheritdoc/>
    internal override NtStatus Write(in IoReply reply, GuestPointer buffer, uint length, long? offset)
    {
        if (IsReader || length > MaximumWrite)
        {
            return NtStatus.InvalidParameter;
        }
        byte[] message = new byte[length];
        return reply.Thread.Memory.TryRead(buffer, message) ? reply.Complete(slot.Write(message), length) : NtStatus.AccessViolation;
    }

    /// <summary>FILE_MAILSLOT_QUERY_INFORMATION: longest message, quota, size of the next message or -1, messages, read time-out.</summary>
    internal override NtStatus QuerySpecial(FileInformationClass informationClass, Span<byte> buffer, out int written)
    {
        written = 0;
        if (informationClass != FileInformationClass.MailslotQuery)
        {
            return NtStatus.InvalidInfoClass;
        }
        if (!IsReader || buffer.Length < QueryLength)
        {
            return IsReader ? NtStatus.InfoLengthMismatch : NtStatus.InvalidParameter;
        }
        (int count, int next) = slot.State;
        InformationBuffer writer = new(buffer);
        writer.Add(slot.MaximumMessage);
        writer.Add(0u);
        writer.Add((uint)next);
        writer.Add((uint)count);
        writer.Add(Volatile.Read(ref _readTimeout));
        written = writer.Written;
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    internal override NtStatus SetSpecial(NtThread thread, FileInformationClass informationClass, ReadOnlySpan<byte> buffer, uint grantedAccess)
    {
        if (informationClass != FileInformationClass.MailslotSet || !IsReader)
        {
            return base.SetSpecial(thread, informationClass, buffer, grantedAccess);
        }
        long timeout = BitConverter.ToInt64(buffer);
        Volatile.Write(ref _readTimeout, timeout == long.MinValue ? long.MaxValue : timeout);
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(NtProcess process)
    {
        base.OnLastHandleClosed(process);
        if (IsReader)
        {
            slot.Close();
            device.Remove(name);
        }
    }
}
