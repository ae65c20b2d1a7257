namespace PortableVirt.Analysis.Pe;

/// <summary>What is wrong with a file that should be a program.</summary>
public enum PeErrorKind
{
    /// <summary>Nothing in it.</summary>
    Empty,

    /// <summary>Some other kind of file.</summary>
    NotPe,

    /// <summary>A program for DOS, 16-bit Windows or OS/2.</summary>
    Legacy,

    /// <summary>The file ends before something that its headers describe.</summary>
    Truncated,

    /// <summary>Headers that NT refuses.</summary>
    Malformed,

    /// <summary>For 32-bit x86.</summary>
    Needs32Bit,

    /// <summary>For another processor.</summary>
    WrongMachine,

    /// <summary>A library.</summary>
    IsDll,

    /// <summary>A driver, or another program that does not run in the Windows subsystem.</summary>
    IsDriver,

    /// <summary>A .NET program without native start code.</summary>
    ManagedOnly,
}
