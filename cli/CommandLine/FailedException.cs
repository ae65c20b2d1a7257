namespace PortableVirt.Cli.CommandLine;

/// <summary>A verb failed with an exit code of its own.</summary>
/// <param name="message">For people: what failed, why, what to do.</param>
/// <param name="exitCode">Exit code of pvctl.</param>
public sealed class FailedException(string message, int exitCode) : Exception(message)
{
    /// <summary>Exit code of pvctl.</summary>
    public int ExitCode { get; } = exitCode;
}
