namespace PortableVirt.Emulation.Loader;

/// <summary>What we add to a DLL of the system library because programs for newer systems ask for it.</summary>
public sealed class ModuleExtension
{
    /// <summary>Exported name and code of functions; the code does not depend on its address.</summary>
    public Dictionary<string, byte[]> Functions { get; } = new(StringComparer.Ordinal);

    /// <summary>Exported name and "module.function", without ".dll".</summary>
    public Dictionary<string, string> Forwarders { get; } = new(StringComparer.Ordinal);

    /// <summary>Exported name, the code of its beginning, and the exported function of the same DLL that it then jumps to.</summary>
    public Dictionary<string, (byte[] Beginning, string Target)> Thunks { get; } = new(StringComparer.Ordinal);

    /// <summary>Exported name of a function that the DLL has, and code that answers some of its calls.</summary>
    public Dictionary<string, byte[]> Filters { get; } = new(StringComparer.Ordinal);
}
