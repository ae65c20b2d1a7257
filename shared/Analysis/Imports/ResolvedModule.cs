using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Imports;

/// <summary>A DLL that was found.</summary>
/// <param name="Name">File name in lower case: the module's identity.</param>
/// <param name="Image">Its contents.</param>
/// <param name="IsSystem">True for DLLs of the system folder, those that we make ourselves among them.</param>
/// <param name="IsMade">True for a DLL that we make ourselves because the system folder lacks it.</param>
/// <param name="Added">Names of exports that the DLL gets in memory besides its own; null for none.</param>
public sealed record ResolvedModule(string Name, PeImage Image, bool IsSystem, bool IsMade = false, IReadOnlySet<string>? Added = null)
{
    /// <summary>Finds what an import names among the exports. One that is only added in memory has no address here.</summary>
    public bool TryFind(in PeImport import, out PeExport export)
    {
        if (import.Name is not { } name)
        {
            return Image.Exports.TryFind(import.Ordinal, out export);
        }
        if (Image.Exports.TryFind(name, out export))
        {
            return true;
        }
        export = new PeExport(name, 0, 0, null);
        return Added?.Contains(name) == true;
    }
}
