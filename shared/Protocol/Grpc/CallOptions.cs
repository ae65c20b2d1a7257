namespace PortableVirt.Protocol.Grpc;

/// <summary>Options of one call.</summary>
/// <param name="Timeout">Time until the call ends with DeadlineExceeded, counted from its start; null: none.</param>
/// <param name="CancellationToken">Cancels the call.</param>
public readonly record struct CallOptions(TimeSpan? Timeout = null, CancellationToken CancellationToken = default);
