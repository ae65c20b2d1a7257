namespace PortableVirt.Emulation.Io.Pipes;

/// <summary>What NtCreateNamedPipeFile says about a pipe; the first instance decides for all.</summary>
/// <param name="IsMessageType">Writes are messages.</param>
/// <param name="Configuration">0 inbound, 1 outbound, 2 both, seen from the server.</param>
/// <param name="MaximumInstances">Most instances at a time; uint.MaxValue for no limit.</param>
/// <param name="InboundQuota">Bytes that clients may have written and the server not read.</param>
/// <param name="OutboundQuota">Bytes the other way.</param>
/// <param name="DefaultTimeout">NT time-out of a wait that gives none.</param>
internal sealed record PipeSettings(bool IsMessageType, uint Configuration, uint MaximumInstances, uint InboundQuota, uint OutboundQuota, long DefaultTimeout);
