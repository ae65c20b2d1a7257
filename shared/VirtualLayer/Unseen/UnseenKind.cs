namespace PortableVirt.VirtualLayer.Unseen;

/// <summary>Kinds of parts of the foreign OS that a package's list may not hold.</summary>
public enum UnseenKind
{
    /// <summary>A DLL or program of the system library.</summary>
    Library,

    /// <summary>Another file of the system: a code page, a locale file.</summary>
    File,

    /// <summary>A function that is looked up at run time.</summary>
    Function,

    /// <summary>A system call.</summary>
    SystemCall,

    /// <summary>A page of an image that was left out of the package.</summary>
    Page,

    /// <summary>A system-call instruction outside the system's own DLLs.</summary>
    Gate,
}
