namespace PortableVirt.Tests.Support;

/// <summary>Says which system calls a test exercises. tests/Guest/coverage.txt says it for the guest programs.</summary>
/// <param name="calls">Names as in [NtSyscall].</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class ExercisesAttribute(params string[] calls) : Attribute
{
    /// <summary>Names as in [NtSyscall].</summary>
    public IReadOnlyList<string> Calls { get; } = calls;
}
