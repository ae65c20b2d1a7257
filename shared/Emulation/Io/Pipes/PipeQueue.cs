using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Pipes;

/// <summary>
/// One direction of a pipe instance. Guarded by the instance's lock; requests that end are given to the caller, who finishes them
/// after the lock. It is signaled while it is empty, for those who flush.
/// </summary>
internal sealed class PipeQueue(uint quota, Dispatcher dispatcher) : DispatcherObject(ObjectKinds.File)
{
    private readonly LinkedList<PipeMessage> _messages = new();
    private bool _isDrained = true;

    /// <summary>Reads that wait, oldest first; then there are no messages.</summary>
    public LinkedList<PipeReadRequest> Readers { get; } = new();

    /// <summary>Bytes written and not read.</summary>
    public long Bytes { get; private set; }

    /// <summary>Messages written and not read to their end.</summary>
    public int Count => _messages.Count;

    /// <summary>Bytes left of the first message.</summary>
    public int FirstLeft => _messages.First?.Value.Left ?? 0;

    /// <summary>Bytes that the queue holds before writes wait.</summary>
    public uint Quota { get; } = Math.Max(quota, 4096);

    /// <summary>
    /// Adds a write. Waiting reads are served first; true when what is left fits and the write is done, false when the caller
    /// must wait (its request goes into the message).
    /// </summary>
    public bool Add(PipeMessage message, bool isMessageType, List<Action> completions)
    {
        if (message.Data.Length == 0 && !isMessageType)
        {
            return true;
        }
        _messages.AddLast(message);
        Bytes += message.Data.Length;
        while (Readers.First is { } first && _messages.Count != 0)
        {
            Readers.RemoveFirst();
            if (first.Value.TryClaim())
            {
                Deliver(first.Value, completions);
            }
        }
        UpdateDrained();
        return Bytes <= Quota || message.Left == 0;
    }

    /// <summary>Takes bytes for a read that need not wait. STATUS_SUCCESS, or STATUS_BUFFER_OVERFLOW when a message was longer.</summary>
    public NtStatus Take(uint length, bool messageMode, List<Action> completions, out byte[] data)
    {
        int wanted = (int)Math.Min(length, messageMode ? FirstLeft : Math.Min(Bytes, int.MaxValue));
        data = new byte[wanted];
        int filled = 0;
        NtStatus status = NtStatus.Success;
        while (_messages.First is { } node)
        {
            PipeMessage message = node.Value;
            int count = Math.Min(message.Left, wanted - filled);
            message.Data.AsSpan(message.Taken, count).CopyTo(data.AsSpan(filled));
            message.Taken += count;
            filled += count;
            Bytes -= count;
            if (message.Left == 0)
            {
                _messages.RemoveFirst();
                CompleteWriter(message, completions);
            }
            else if (messageMode)
            {
                status = NtStatus.BufferOverflow;
            }
            if (messageMode || filled == wanted)
            {
                break;
            }
        }
        CompleteWriters(completions);
        UpdateDrained();
        return status;
    }

    /// <summary>Copies bytes without taking them.</summary>
    public byte[] Peek(uint length, bool messageMode)
    {
        byte[] data = new byte[(int)Math.Min(length, messageMode ? FirstLeft : Math.Min(Bytes, int.MaxValue))];
        int filled = 0;
        foreach (PipeMessage message in _messages)
        {
            int count = Math.Min(message.Left, data.Length - filled);
            message.Data.AsSpan(message.Taken, count).CopyTo(data.AsSpan(filled));
            filled += count;
            if (filled == data.Length)
            {
                break;
            }
        }
        return data;
    }

    /// <summary>Takes a cancelled write out.</summary>
    public void Remove(PipeMessage message)
    {
        if (_messages.Remove(message))
        {
            Bytes -= message.Left;
            UpdateDrained();
        }
    }

    /// <summary>Ends everything that waits and, when asked, drops the data.</summary>
    public void Break(NtStatus status, bool dropData, List<Action> completions)
    {
        foreach (PipeReadRequest reader in Readers)
        {
            completions.Add(() => reader.TryComplete(status, 0));
        }
        Readers.Clear();
        if (dropData)
        {
            foreach (PipeMessage message in _messages)
            {
                if (message.Writer is { } writer)
                {
                    completions.Add(() => writer.TryComplete(status, 0));
                }
            }
            _messages.Clear();
            Bytes = 0;
            UpdateDrained();
        }
    }

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread) => _isDrained;

    private void Deliver(PipeReadRequest request, List<Action> completions)
    {
        NtStatus status = Take(request.Length, request.MessageMode, completions, out byte[] data);
        completions.Add(() =>
        {
            bool copied = request.Reply.Thread.Memory.TryWrite(request.Buffer, data);
            request.Finish(copied ? status : NtStatus.AccessViolation, copied ? (ulong)data.Length : 0);
        });
    }

    /// <summary>Ends the writes that now fit, oldest first.</summary>
    private void CompleteWriters(List<Action> completions)
    {
        if (Bytes > Quota)
        {
            return;
        }
        foreach (PipeMessage message in _messages)
        {
            CompleteWriter(message, completions);
        }
    }

    private static void CompleteWriter(PipeMessage message, List<Action> completions)
    {
        if (message.Writer is { } writer)
        {
            message.Writer = null;
            completions.Add(() => writer.TryComplete(NtStatus.Success, (ulong)message.Data.Length));
        }
    }

    private void UpdateDrained()
    {
        bool drained = _messages.Count == 0;
        if (drained != _isDrained)
        {
            lock (dispatcher.Lock)
            {
                _isDrained = drained;
                if (drained)
                {
                    dispatcher.Signal(this);
                }
            }
        }
    }
}
