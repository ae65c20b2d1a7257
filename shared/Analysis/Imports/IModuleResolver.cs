namespace PortableVirt.Analysis.Imports;

/// <summary>Finds DLLs by name, in the order in which the program's loader would.</summary>
public interface IModuleResolver
{
    /// <summary>The DLL of a name; null when there is none. An api set is resolved to the DLL that implements it.</summary>
    /// <param name="name">Name as it stands in an import table.</param>
    /// <param name="importer">File name of the image that imports it.</param>
    ResolvedModule? Resolve(string name, string importer);
}
