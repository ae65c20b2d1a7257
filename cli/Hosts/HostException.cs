namespace PortableVirt.Cli.Hosts;

/// <summary>The host lacks something; the message says what, why and what to do.</summary>
/// <param name="message">For people.</param>
public sealed class HostException(string message) : Exception(message);
