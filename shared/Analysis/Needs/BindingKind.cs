namespace PortableVirt.Analysis.Needs;

/// <summary>How a function is asked for.</summary>
public enum BindingKind
{
    /// <summary>By the import table: bound before the program starts.</summary>
    Import,

    /// <summary>By the delayed import table: bound at the first call.</summary>
    Delayed,

    /// <summary>By a forwarder: an export that another DLL implements.</summary>
    Forwarded,
}
