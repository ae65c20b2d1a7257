using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Io;

/// <summary>The completion port that a file object reports to.</summary>
/// <param name="Port">The port.</param>
/// <param name="Key">Key given with each packet.</param>
public sealed record CompletionBinding(IoCompletionObject Port, ulong Key);
