using PortableVirt.Analysis.Pe;

namespace PortableVirt.Emulation.Syscalls;

/// <summary>The system-call stubs of a DLL.</summary>
/// <param name="Calls">Names with their numbers, each number once, by number.</param>
/// <param name="CallThroughPointer">They can call through the pointer at 7FFE1000h.</param>
public sealed record SyscallStubs(IReadOnlyList<(string Name, int Number)> Calls, bool CallThroughPointer)
{
    /// <summary>Reads a DLL.</summary>
    public static SyscallStubs Read(PeImage image) => new(SyscallNumbers.Read(image), SyscallNumbers.CallsThroughPointer(image));
}
