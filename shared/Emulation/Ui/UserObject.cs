using PortableVirt.Emulation.Objects;

namespace PortableVirt.Emulation.Ui;

/// <summary>A window station or desktop: a name that programs can ask for. The session has no display.</summary>
/// <param name="kind"><see cref="ObjectKinds.WindowStation"/> or <see cref="ObjectKinds.Desktop"/>.</param>
/// <param name="name">Name, e.g. "WinSta0".</param>
public sealed class UserObject(ObjectKind kind, string name) : KernelObject(kind)
{
    /// <summary>Name that GetUserObjectInformation returns.</summary>
    public string UserObjectName { get; } = name;
}
