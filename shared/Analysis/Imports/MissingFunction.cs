namespace PortableVirt.Analysis.Imports;

/// <summary>A function that is imported from a DLL which was found but does not export it. libwine's loader binds such imports to a stub that raises an exception when it is called.</summary>
/// <param name="Module">The DLL.</param>
/// <param name="Function">Name, or "#ordinal".</param>
/// <param name="NeededBy">File name of the importing image.</param>
public sealed record MissingFunction(string Module, string Function, string NeededBy)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Module}.{Function}, needed by {NeededBy}";
}
