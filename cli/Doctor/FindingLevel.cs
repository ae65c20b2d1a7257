namespace PortableVirt.Cli.Doctor;

/// <summary>How a part of the host is.</summary>
public enum FindingLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Programs run, but something is weaker, slower or missing.</summary>
    Warning,

    /// <summary>Programs do not run.</summary>
    Problem,
}
