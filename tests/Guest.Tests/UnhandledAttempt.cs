namespace PortableVirt.Guest.Tests;

/// <summary>One attempt of tests/MustFail/unhandled.c and the exceptions that may end it.</summary>
/// <param name="Name">The program's argument.</param>
/// <param name="Statuses">The NTSTATUS values of which one must be the program's end.</param>
public sealed record UnhandledAttempt(string Name, params uint[] Statuses)
{
    private const uint AccessViolation = 0xC0000005;
    private const uint PrivilegedInstruction = 0xC0000096;
    private const uint StackOverflow = 0xC00000FD;
    private const uint StackBufferOverrun = 0xC0000409;

    /// <summary>All attempts, with what Windows answers to each.</summary>
    public static IReadOnlyList<UnhandledAttempt> All { get; } =
    [
        new("write-code", AccessViolation),
        new("execute-data", AccessViolation),
        new("read-kernel", AccessViolation),
        new("jump-kernel", AccessViolation),
        new("read-null", AccessViolation),
        new("hlt", PrivilegedInstruction),
        new("port-80", PrivilegedInstruction),
        new("illegal-instruction", 0xC000001D),
        new("divide-by-zero", 0xC0000094),
        new("breakpoint", 0x80000003),
        new("own-exception", 0xE0424242),
        new("stack-overflow", StackOverflow),
        new("fast-fail", StackBufferOverrun),
        new("other-thread", AccessViolation),
        new("broken-stack", AccessViolation, StackOverflow),
    ];
}
