namespace PortableVirt.Analysis.Needs;

/// <summary>Where a module comes from.</summary>
public enum ModuleOrigin
{
    /// <summary>The program, or a file beside it.</summary>
    Program,

    /// <summary>The system library source, for example Debian's libwine.</summary>
    System,

    /// <summary>A DLL that we make ourselves because the source lacks it.</summary>
    Made,
}
