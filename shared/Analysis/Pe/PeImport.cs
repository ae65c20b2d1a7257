namespace PortableVirt.Analysis.Pe;

/// <summary>One imported function.</summary>
/// <param name="Name">Name, or null when it is imported by ordinal.</param>
/// <param name="Ordinal">The ordinal, or the hint of a name.</param>
/// <param name="AddressRva">Where the loader puts its address (the slot in the import address table).</param>
public readonly record struct PeImport(string? Name, ushort Ordinal, uint AddressRva)
{
    /// <inheritdoc/>
    public override string ToString() => Name ?? $"#{Ordinal}";
}
