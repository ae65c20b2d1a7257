namespace PortableVirt.Agent.Opening;

/// <summary>A program could not be opened.</summary>
/// <param name="message">Why and what to do, for people.</param>
/// <param name="exitCode">Exit code for the caller's shell.</param>
internal sealed class OpenFailedException(string message, int exitCode) : Exception(message)
{
    /// <summary>PortableVirt itself failed.</summary>
    public const int PortableVirtFailed = 125;

    /// <summary>Exit code for the caller's shell.</summary>
    public int ExitCode { get; } = exitCode;
}
