namespace PortableVirt.Emulation.Generator.Model;

/// <summary>What one attribute gave: a call, or the reason why there is none.</summary>
internal sealed record Declaration(CallModel? Call, Problem? Problem);
