namespace PortableVirt.Appliance.Format;

/// <summary>A package is damaged, of another format, or cannot be made; the message says what and what to do.</summary>
/// <param name="message">For people.</param>
public sealed class PackageException(string message) : Exception(message);
