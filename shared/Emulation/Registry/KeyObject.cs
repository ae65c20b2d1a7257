using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;

namespace PortableVirt.Emulation.Registry;

/// <summary>An open key: what a key handle refers to.</summary>
public sealed class KeyObject : KernelObject
{
    private readonly RegistryTree _tree;

    internal KeyObject(RegistryTree tree, KeyNode node)
        : base(ObjectKinds.Key)
    {
        _tree = tree;
        Node = node;
        Name = node.Path;
    }

    /// <summary>The key.</summary>
    public KeyNode Node { get; }

    /// <summary>Set once the handle asked for change notifications. Guarded by the tree's lock.</summary>
    internal KeyNotification? Notification { get; set; }

    /// <summary>The key's descriptor: all open handles see the same one.</summary>
    public override byte[]? SecurityDescriptor
    {
        get
        {
            lock (_tree.Lock)
            {
                return Node.SecurityDescriptor;
            }
        }

        set
        {
            lock (_tree.Lock)
            {
                Node.SecurityDescriptor = value;
                RegistryTree.Report(Node, KeyChange.Security);
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnLastHandleClosed(NtProcess process) => _tree.Cancel(this);
}
