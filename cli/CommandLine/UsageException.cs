namespace PortableVirt.Cli.CommandLine;

/// <summary>The command line is wrong; the message says how.</summary>
/// <param name="message">What is wrong, for people.</param>
public sealed class UsageException(string message) : Exception(message);
