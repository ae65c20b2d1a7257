using PortableVirt.Emulation.Ui;

namespace PortableVirt.Emulation;

public sealed partial class Executive
{
    /// <summary>The clipboard of the VM.</summary>
    public Clipboard Clipboard { get; } = new();
}
