using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Runs;

/// <summary>How a run ended, wherever it ran.</summary>
/// <param name="ExitCode">Exit code of pvctl.</param>
/// <param name="Failure">For people, or null when the program itself ended.</param>
/// <param name="FromProgram">True: the code is the program's; false: PortableVirt's own.</param>
/// <param name="NtStatus">All 32 bits of the program's code.</param>
public sealed record RunOutcome(int ExitCode, string? Failure, bool FromProgram, uint NtStatus)
{
    /// <summary>PortableVirt itself failed.</summary>
    public static RunOutcome Failed(string failure, int exitCode = ExitCodes.Failed) => new(exitCode, failure, false, 0);

    /// <summary>A VM's own account of its end.</summary>
    public static RunOutcome Of(VmExit exit) => new(exit.ExitCode, exit.Failure, exit.Failure is null || exit.IsGuestException, exit.NtStatus);
}
