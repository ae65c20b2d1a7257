namespace PortableVirt.Emulation.Memory;

/// <summary>Gathers frames into contiguous runs, so that one call of the hypervisor serves many pages.</summary>
internal struct GpaRun
{
    private ulong _start;
    private int _count;

    /// <summary>Adds a frame; hands the run before it over when it does not continue it.</summary>
    public void Add(ulong gpa, Action<ulong, int> action)
    {
        if (_count != 0 && gpa == _start + ((ulong)_count << 12))
        {
            _count++;
            return;
        }
        Finish(action);
        _start = gpa;
        _count = 1;
    }

    /// <summary>Hands the last run over.</summary>
    public void Finish(Action<ulong, int> action)
    {
        if (_count != 0)
        {
            action(_start, _count);
            _count = 0;
        }
    }
}
