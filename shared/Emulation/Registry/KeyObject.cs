using PortableVirt.Emulation.Launch;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;

namespace PortableVirt.Emulation.Registry;

/// <summary>An open key: what a key handle refers to.</summary>
public sealed class KeyObject : KernelObject
{
    private readonly Executive? _executive;
    private RegistryTree? _tree;
    private KeyNode? _node;

    internal KeyObject(RegistryTree tree, KeyNode node)
        : base(ObjectKinds.Key)
    {
        (_tree, _node) = (tree, node);
        Name = node.Path;
    }

    /// <summary>A key that was open when a launch image was taken. Many programs never use it, so it does not have the registry filled.</summary>
    /// <param name="executive">Whose registry it is; calls <see cref="Resolve"/> once that is filled, before anybody can change it.</param>
    /// <param name="path">The key's full path.</param>
    internal KeyObject(Executive executive, string path)
        : base(ObjectKinds.Key)
    {
        _executive = executive;
        Name = path;
    }

    /// <summary>The key.</summary>
    public KeyNode Node
    {
        get
        {
            if (_node is null)
            {
                _ = _executive!.Registry;
            }
            return _node!;
        }
    }

    /// <summary>Finds the key of a launch image.</summary>
    internal void Resolve(RegistryTree tree)
    {
        _tree = tree;
        _node = LaunchRegistry.Find(tree, Name!) ?? throw new InvalidOperationException($"the launch image holds {Name} open, which the registry lacks");
    }

    /// <summary>Set once the handle asked for change notifications. Guarded by the tree's lock.</summary>
    internal KeyNotification? Notification { get; set; }

    /// <summary>The key's descriptor: all open handles see the same one.</summary>
    public override byte[]? SecurityDescriptor
    {
        get
        {
            KeyNode node = Node;
            lock (_tree!.Lock)
            {
                return node.SecurityDescriptor;
            }
        }

        set
        {
            KeyNode node = Node;
            lock (_tree!.Lock)
            {
                node.SecurityDescriptor = value;
                RegistryTree.Report(node, KeyChange.Security);
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(NtProcess process) => _tree?.Cancel(this);
}
