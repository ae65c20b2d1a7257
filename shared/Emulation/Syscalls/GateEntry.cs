namespace PortableVirt.Emulation.Syscalls;

/// <summary>An export of one of our own DLLs whose code is a C# method.</summary>
/// <param name="Module">File name of the DLL.</param>
/// <param name="Call">The export's name and how to call the method.</param>
public sealed record GateEntry(string Module, SyscallEntry Call);
