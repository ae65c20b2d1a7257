namespace PortableVirt.Emulation.Objects;

/// <summary>A symbolic link of the object namespace; the target is an absolute path that starts with a backslash.</summary>
public sealed class SymbolicLinkObject(string target) : KernelObject(ObjectKinds.SymbolicLink)
{
    /// <summary>Absolute target path.</summary>
    public string Target { get; } = target;
}
