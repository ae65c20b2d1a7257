namespace PortableVirt.Agent.Bus;

/// <summary>The session's bus cannot be used, or a call over it failed.</summary>
/// <param name="message">What failed.</param>
internal sealed class BusException(string message) : Exception(message);
