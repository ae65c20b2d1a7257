using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Syscalls;

/// <summary>One row of the system-call table.</summary>
/// <param name="Name">Exported name.</param>
/// <param name="ArgumentCount">Number of 64-bit arguments.</param>
/// <param name="Support">Support level.</param>
/// <param name="Missing">What is missing.</param>
/// <param name="Handler">
/// Reads the arguments from the thread's registers and stack, calls the method, returns what goes to RAX;
/// STATUS_ACCESS_VIOLATION when the stack cannot be read.
/// </param>
/// <param name="FormatArguments">The arguments of the call that a thread is in, as "name=value, name=value", for traces.</param>
public sealed record SyscallEntry(
    string Name,
    int ArgumentCount,
    Support Support,
    string Missing,
    Func<NtThread, ulong> Handler,
    Func<NtThread, string> FormatArguments);
