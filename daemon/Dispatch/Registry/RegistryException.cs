namespace PortableVirt.Dispatch.Registry;

/// <summary>The registry cannot be used. The message says why and what to do.</summary>
internal sealed class RegistryException(string message, Exception? innerException = null) : Exception(message, innerException);
