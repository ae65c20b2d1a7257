namespace PortableVirt.Cell.SystemCalls;

/// <summary>
/// The system calls of a VM-app from the first instruction of its program on. Recorded over the corpus and the guest programs (docs/cell.md says how to do
/// it again), with what the C library and the .NET runtime use instead on other computers. Whatever is not here ends the process.
/// </summary>
internal static class SystemCallList
{
    /// <summary>The list of a process.</summary>
    /// <param name="profile">What sets runs apart.</param>
    /// <param name="processId">The process's own id: what takes one takes no other.</param>
    public static IEnumerable<SystemCallRule> For(CellProfile profile, int processId) =>
    [
        .. MemoryCalls.List(profile, (ulong)processId),
        .. ThreadCalls.List(profile, (ulong)processId),
        .. FileCalls.List(),
        .. SocketCalls.List(profile),
        .. DeviceCalls.List(),
    ];
}
