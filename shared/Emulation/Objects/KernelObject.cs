using PortableVirt.Emulation.Processes;

namespace PortableVirt.Emulation.Objects;

/// <summary>
/// An executive object. Memory is the collector's business; what NT ties to the last handle (names, delete-on-close, cancelled
/// I/O) is tied to <see cref="HandleCount"/>. An object that owns host descriptors closes them in <see cref="OnLastHandleClosed"/>
/// through SafeHandles, so that a call in another thread that still uses it stays valid.
/// </summary>
public abstract class KernelObject(ObjectKind kind)
{
    private int _handleCount;

    /// <summary>The NT type.</summary>
    public ObjectKind Kind { get; } = kind;

    /// <summary>Full path in the object namespace, or null for an unnamed object. Set by <see cref="ObjectNamespace"/>.</summary>
    public string? Name { get; internal set; }

    /// <summary>True when the name outlives the last handle (OBJ_PERMANENT).</summary>
    public bool IsPermanent { get; internal set; }

    /// <summary>Self-relative security descriptor, or null for the default one.</summary>
    public virtual byte[]? SecurityDescriptor { get; set; }

    /// <summary>Open handles in all handle tables.</summary>
    public int HandleCount => Volatile.Read(ref _handleCount);

    /// <summary>
    /// The name that NtQueryObject(ObjectNameInformation) gives: the path in the namespace, or null for none. Objects that parse
    /// names themselves (files, keys) give theirs.
    /// </summary>
    public virtual string? QueryName() => Name;

    internal void AddHandle() => Interlocked.Increment(ref _handleCount);

    internal void RemoveHandle(NtProcess process)
    {
        OnHandleClosed(process);
        if (Interlocked.Decrement(ref _handleCount) == 0)
        {
            process.Executive.Namespace.RemoveTemporary(this);
            OnLastHandleClosed(process);
        }
    }

    /// <summary>A handle of <paramref name="process"/> was closed; others may remain (byte-range locks are released here).</summary>
    protected virtual void OnHandleClosed(NtProcess process)
    {
    }

    /// <summary>The last handle was closed.</summary>
    protected virtual void OnLastHandleClosed(NtProcess process)
    {
    }
}
