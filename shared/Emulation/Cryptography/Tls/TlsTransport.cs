namespace PortableVirt.Emulation.Cryptography.Tls;

/// <summary>
/// The wire of a TLS session: what the program hands over is read from it, what is written waits until the program takes it. A read without data does
/// not block a thread; it is answered by the next <see cref="Feed"/>.
/// </summary>
internal sealed class TlsTransport : Stream
{
    private readonly Lock _lock = new();
    private readonly Queue<byte> _input = new();
    private readonly MemoryStream _output = new();
    private TaskCompletionSource _starved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<int>? _reader;
    private Memory<byte> _target;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Ends when a read finds nothing.</summary>
    public Task Starved
    {
        get
        {
            lock (_lock)
            {
                return _starved.Task;
            }
        }
    }

    /// <summary>Bytes that were handed over and not read yet.</summary>
    public int InputLength
    {
        get
        {
            lock (_lock)
            {
                return _input.Count;
            }
        }
    }

    /// <summary>Bytes that the program has not taken yet.</summary>
    public int OutputLength
    {
        get
        {
            lock (_lock)
            {
                return (int)_output.Length;
            }
        }
    }

    /// <summary>Appends what has arrived.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        TaskCompletionSource<int>? reader;
        int count = 0;
        lock (_lock)
        {
            foreach (byte b in bytes)
            {
                _input.Enqueue(b);
            }
            reader = _input.Count == 0 ? null : _reader;
            if (reader is not null)
            {
                _reader = null;
                _starved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                count = Take(_target.Span);
                _target = default;
            }
        }
        reader?.SetResult(count);
    }

    /// <summary>Takes all that is to be sent.</summary>
    public byte[] TakeOutput()
    {
        lock (_lock)
        {
            byte[] taken = _output.ToArray();
            _output.SetLength(0);
            return taken;
        }
    }

    /// <summary>Ends a read that nothing will answer any more.</summary>
    public void Cancel()
    {
        TaskCompletionSource<int>? reader;
        lock (_lock)
        {
            reader = _reader;
            _reader = null;
        }
        reader?.SetResult(0);
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (buffer.IsEmpty || _input.Count != 0)
            {
                return ValueTask.FromResult(Take(buffer.Span));
            }
            _reader = new TaskCompletionSource<int>();
            _target = buffer;
            _starved.TrySetResult();
            return new ValueTask<int>(_reader.Task);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_lock)
        {
            _output.Write(buffer);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    private int Take(Span<byte> target)
    {
        int count = Math.Min(target.Length, _input.Count);
        for (int i = 0; i < count; i++)
        {
            target[i] = _input.Dequeue();
        }
        return count;
    }
}
