using PortableVirt.Emulation.Io.Pipes;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Io.Tests;

public sealed class PipeQueueTests
{
    private readonly PipeQueue _queue = new(4096, new Dispatcher());
    private readonly List<Action> _completions = [];

    [Fact]
    public void BytesFlowAcrossWrites()
    {
        Assert.True(_queue.Add(new PipeMessage("abc"u8.ToArray()), false, _completions));
        Assert.True(_queue.Add(new PipeMessage("defg"u8.ToArray()), false, _completions));
        Assert.Equal(NtStatus.Success, _queue.Take(5, false, _completions, out byte[] data));
        Assert.Equal("abcde"u8.ToArray(), data);
        Assert.Equal(2, _queue.Bytes);
        _queue.Take(100, false, _completions, out data);
        Assert.Equal("fg"u8.ToArray(), data);
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void MessagesKeepTheirBounds()
    {
        _queue.Add(new PipeMessage("first"u8.ToArray()), true, _completions);
        _queue.Add(new PipeMessage([]), true, _completions);
        _queue.Add(new PipeMessage("x"u8.ToArray()), true, _completions);
        Assert.Equal(NtStatus.BufferOverflow, _queue.Take(3, true, _completions, out byte[] data));
        Assert.Equal("fir"u8.ToArray(), data);
        Assert.Equal("st"u8.ToArray(), _queue.Peek(100, true));
        Assert.Equal(NtStatus.Success, _queue.Take(100, true, _completions, out data));
        Assert.Equal("st"u8.ToArray(), data);
        Assert.Equal(NtStatus.Success, _queue.Take(100, true, _completions, out data));
        Assert.Empty(data);
        _queue.Take(100, true, _completions, out data);
        Assert.Equal("x"u8.ToArray(), data);
    }

    [Fact]
    public void WritesOverTheQuotaMustWait()
    {
        Assert.True(_queue.Add(new PipeMessage(new byte[4096]), false, _completions));
        PipeMessage over = new(new byte[10]);
        Assert.False(_queue.Add(over, false, _completions));
        _queue.Remove(over);
        Assert.Equal(4096, _queue.Bytes);
        _queue.Break(NtStatus.PipeBroken, true, _completions);
        Assert.Equal(0, _queue.Bytes);
    }
}
