namespace PortableVirt.Emulation.Memory;

/// <summary>What the rule that no page is writable and executable at once has cost a VM. Thread-safe.</summary>
public sealed class CodeCounters
{
    private long _toCode;
    private long _toData;
    private long _scanned;
    private long _gates;

    /// <summary>Pages that were written and then executed.</summary>
    public long ToCode => Interlocked.Read(ref _toCode);

    /// <summary>Pages that were executed and then written.</summary>
    public long ToData => Interlocked.Read(ref _toData);

    /// <summary>Pages searched for gates.</summary>
    public long Scanned => Interlocked.Read(ref _scanned);

    /// <summary>Byte pairs found in them that are gates when executed.</summary>
    public long Gates => Interlocked.Read(ref _gates);

    internal void CountToCode() => Interlocked.Increment(ref _toCode);

    internal void CountToData() => Interlocked.Increment(ref _toData);

    internal void CountScan(int gates)
    {
        Interlocked.Increment(ref _scanned);
        Interlocked.Add(ref _gates, gates);
    }
}
