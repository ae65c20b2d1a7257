namespace PortableVirt.Emulation.Memory;

/// <summary>What a process uses of memory, as VM_COUNTERS_EX tells it.</summary>
/// <param name="PeakVirtualSize">Most bytes that were reserved when somebody asked or memory was taken.</param>
/// <param name="VirtualSize">Bytes reserved.</param>
/// <param name="PageFaults">Page faults so far.</param>
/// <param name="PeakWorkingSet">Most bytes that had frames.</param>
/// <param name="WorkingSet">Bytes that have frames.</param>
/// <param name="PeakPrivateBytes">Most private bytes that were committed.</param>
/// <param name="PrivateBytes">Private bytes committed.</param>
internal readonly record struct MemoryUsage(
    ulong PeakVirtualSize, ulong VirtualSize, uint PageFaults, ulong PeakWorkingSet, ulong WorkingSet, ulong PeakPrivateBytes, ulong PrivateBytes);
