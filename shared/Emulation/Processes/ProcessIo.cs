using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Jobs;

namespace PortableVirt.Emulation.Processes;

/// <summary>I/O operations that a process has finished, and their bytes. Thread-safe.</summary>
public sealed class ProcessIo
{
    private readonly ulong[] _operations = new ulong[3];
    private readonly ulong[] _bytes = new ulong[3];

    /// <summary>The counters now.</summary>
    internal IoCounters Counters => new(
        Operations(IoOperation.Read), Operations(IoOperation.Write), Operations(IoOperation.Other),
        Bytes(IoOperation.Read), Bytes(IoOperation.Write), Bytes(IoOperation.Other));

    /// <summary>Counts a finished operation.</summary>
    internal void Count(IoOperation operation, ulong bytes)
    {
        Interlocked.Increment(ref _operations[(int)operation]);
        Interlocked.Add(ref _bytes[(int)operation], bytes);
    }

    private ulong Operations(IoOperation operation) => Volatile.Read(ref _operations[(int)operation]);

    private ulong Bytes(IoOperation operation) => Volatile.Read(ref _bytes[(int)operation]);
}
