namespace PortableVirt.VmApp.Core;

/// <summary>How a run ended.</summary>
/// <param name="ExitCode">Exit code for the caller's shell, 0-255: the program's low byte, or one of <see cref="ExitCodes"/>.</param>
/// <param name="Failure">What failed, why and what to do, in one line; null when the program itself ended.</param>
/// <param name="IsGuestException">The program ended by an exception that it did not handle; <paramref name="Failure"/> says where.</param>
/// <param name="NtStatus">All 32 bits: the first process's exit code or the exception's code.</param>
public readonly record struct VmExit(int ExitCode, string? Failure, bool IsGuestException, uint NtStatus);
