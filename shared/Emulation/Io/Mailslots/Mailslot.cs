namespace PortableVirt.Emulation.Io.Mailslots;

/// <summary>A mailslot: messages from any number of writers for one reader. Thread-safe.</summary>
/// <param name="maximumMessage">Longest message in bytes; 0 for no limit.</param>
internal sealed class Mailslot(uint maximumMessage)
{
    /// <summary>Longest message that is taken at all, and the most bytes that wait.</summary>
    private const int Quota = 16 << 20;

    private readonly Lock _lock = new();
    private readonly LinkedList<byte[]> _messages = new();
    private readonly LinkedList<MailslotReadRequest> _readers = new();
    private int _bytes;
    private bool _isClosed;

    /// <summary>Longest message in bytes; 0 for no limit.</summary>
    public uint MaximumMessage { get; } = maximumMessage;

    /// <summary>Number of messages, and bytes of the next one; -1 without one.</summary>
    public (int Count, int NextSize) State
    {
        get
        {
            lock (_lock)
            {
                return (_messages.Count, _messages.First?.Value.Length ?? -1);
            }
        }
    }

    /// <summary>
    /// Adds a message, or gives it to a reader that waits. STATUS_INVALID_PARAMETER when it is too long,
    /// STATUS_INSUFFICIENT_RESOURCES when too much waits, STATUS_FILE_FORCED_CLOSED when the reader has gone.
    /// </summary>
    public NtStatus Write(byte[] message)
    {
        if (message.Length > Quota || (MaximumMessage != 0 && message.Length > MaximumMessage))
        {
            return NtStatus.InvalidParameter;
        }
        while (true)
        {
            MailslotReadRequest? reader;
            lock (_lock)
            {
                if (_isClosed)
                {
                    return NtStatus.FileForcedClosed;
                }
                reader = _readers.First?.Value;
                if (reader is null)
                {
                    if (message.Length > Quota - _bytes)
                    {
                        return NtStatus.InsufficientResources;
                    }
                    _bytes += message.Length;
                    _messages.AddLast(message);
                    return NtStatus.Success;
                }
                _readers.RemoveFirst();
            }
            if (!reader.TryClaim())
            {
                continue;
            }
            if (reader.Deliver(message))
            {
                return NtStatus.Success;
            }
        }
    }

    /// <summary>
    /// Takes the next message. STATUS_BUFFER_TOO_SMALL when it is longer than <paramref name="maximum"/>: it stays.
    /// STATUS_PENDING when there is none: <paramref name="request"/>, if any, waits for one.
    /// </summary>
    public NtStatus Read(uint maximum, Func<MailslotReadRequest>? request, out byte[] message, out MailslotReadRequest? waiting)
    {
        waiting = null;
        message = [];
        lock (_lock)
        {
            if (_messages.First is { } first)
            {
                if ((uint)first.Value.Length > maximum)
                {
                    return NtStatus.BufferTooSmall;
                }
                message = first.Value;
                _bytes -= message.Length;
                _messages.RemoveFirst();
                return NtStatus.Success;
            }
            if (request is not null)
            {
                waiting = request();
                _readers.AddLast(waiting);
            }
            return NtStatus.Pending;
        }
    }

    /// <summary>A read no longer waits.</summary>
    public void Remove(MailslotReadRequest request)
    {
        lock (_lock)
        {
            _readers.Remove(request);
        }
    }

    /// <summary>The reader's last handle was closed.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _messages.Clear();
        }
    }
}
