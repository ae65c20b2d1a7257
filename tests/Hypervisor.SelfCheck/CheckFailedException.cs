namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>A self-check found something else than it expected.</summary>
public sealed class CheckFailedException(string message) : Exception(message);
