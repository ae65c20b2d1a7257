namespace PortableVirt.Emulation.Objects;

/// <summary>What a handle table holds for a handle.</summary>
/// <param name="Object">The object.</param>
/// <param name="Access">Granted access mask.</param>
/// <param name="Inherit">Copied into child processes that inherit handles.</param>
/// <param name="ProtectFromClose">NtClose fails with STATUS_HANDLE_NOT_CLOSABLE.</param>
public readonly record struct HandleEntry(KernelObject Object, uint Access, bool Inherit, bool ProtectFromClose);
