namespace PortableVirt.Analysis.Pe;

/// <summary>One exported function or variable.</summary>
/// <param name="Name">Name, or null when it is exported by ordinal only.</param>
/// <param name="Ordinal">Ordinal (with the base added).</param>
/// <param name="Rva">Its address; for a forwarder the address of the forwarder string.</param>
/// <param name="Forwarder">"module.name" or "module.#ordinal" when the export is found in another DLL, else null.</param>
public readonly record struct PeExport(string? Name, uint Ordinal, uint Rva, string? Forwarder);
