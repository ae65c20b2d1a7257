namespace PortableVirt.VmApp.Tests;

/// <summary>Reads a stream to its end on a thread of its own and counts the bytes.</summary>
internal sealed class OutputCounter : IDisposable
{
    private readonly Thread _thread;
    private long _count;

    /// <summary>Starts to read.</summary>
    public OutputCounter(Stream stream)
    {
        _thread = new Thread(() =>
        {
            Span<byte> buffer = stackalloc byte[4096];
            for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
            {
                Interlocked.Add(ref _count, read);
            }
        })
        { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Bytes so far.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The bytes when what was written before has arrived: at once, or after a moment where calls were still under way.</summary>
    public long Settled(int callsUnderWay)
    {
        Thread.Sleep(callsUnderWay == 0 ? 2 : 20);
        return Count;
    }

    /// <inheritdoc/>
    public void Dispose() => _thread.Join(TimeSpan.FromSeconds(10));
}
