using PortableVirt.Emulation.Ui;

namespace PortableVirt.Emulation;

public sealed partial class Executive
{
    private Clipboard? _clipboard;

    /// <summary>The clipboard of the VM.</summary>
    public Clipboard Clipboard => LazyInitializer.EnsureInitialized(ref _clipboard, () => new Clipboard(GlobalAtoms));
}
