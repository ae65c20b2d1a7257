namespace PortableVirt.Emulation.Gates.Shell;

/// <summary>
/// A COM class of our shell DLL. Its one object and its class factory are variables of the DLL: they hold a pointer to their method table and are
/// never freed.
/// </summary>
/// <param name="Name">Name of the object's variable; the factory's has ".Factory" behind it, the tables ".Table".</param>
/// <param name="Id">CLSID.</param>
/// <param name="Interfaces">IIDs that the object has, beside IUnknown; all of them share the method table.</param>
/// <param name="Methods">Exports behind QueryInterface, AddRef and Release, in the order of the interface.</param>
internal sealed record ComClass(string Name, Guid Id, IReadOnlyList<Guid> Interfaces, IReadOnlyList<string> Methods)
{
    /// <summary>Name of the class factory's variable.</summary>
    public string Factory => Name + ".Factory";
}
