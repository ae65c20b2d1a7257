using System.Diagnostics.CodeAnalysis;

namespace PortableVirt.Emulation.Registry;

/// <summary>
/// A key of the registry tree. Subkeys are sorted by upper-cased name, values keep the order in which they were made. All
/// members are guarded by <see cref="RegistryTree.Lock"/>.
/// </summary>
public sealed class KeyNode
{
    /// <summary>Longest name of one key in characters ("Registry element size limits", Windows documentation).</summary>
    public const int MaximumNameLength = 255;

    /// <summary>Deepest nesting of keys (same source).</summary>
    public const int MaximumDepth = 512;

    private SortedList<string, KeyNode>? _children;
    private OrderedDictionary<string, KeyValue>? _values;
    private List<KeyNotification>? _notifications;
    private Action? _deferred;

    internal KeyNode(string name, KeyNode? parent, bool isVolatile, long time)
    {
        Name = name;
        Parent = parent;
        IsVolatile = isVolatile;
        LastWriteTime = time;
        Depth = parent is null ? 0 : parent.Depth + 1;
    }

    /// <summary>Name, with the case it was created in.</summary>
    public string Name { get; private set; }

    /// <summary>The key that this one is a subkey of; null for the root.</summary>
    public KeyNode? Parent { get; }

    /// <summary>Number of keys above this one.</summary>
    public int Depth { get; }

    /// <summary>REG_OPTION_VOLATILE: never written to a file.</summary>
    public bool IsVolatile { get; }

    /// <summary>REG_OPTION_CREATE_LINK: opening it opens the key that its value SymbolicLinkValue names.</summary>
    public bool IsLink { get; internal set; }

    /// <summary>True once it, or a key above it, was deleted.</summary>
    public bool IsDeleted { get; private set; }

    /// <summary>Time of the last change of a value or of the list of subkeys (FILETIME).</summary>
    public long LastWriteTime { get; internal set; }

    /// <summary>Class string, or null.</summary>
    public string? Class { get; internal set; }

    /// <summary>Self-relative security descriptor, or null for the default one.</summary>
    public byte[]? SecurityDescriptor { get; internal set; }

    /// <summary>User-defined flags (KeySetInformation class 1, ControlFlags).</summary>
    public uint ControlFlags { get; internal set; }

    /// <summary>WOW64 flags (class 0).</summary>
    public uint Wow64Flags { get; internal set; }

    /// <summary>Notifications that handles to this key asked for.</summary>
    internal IReadOnlyList<KeyNotification> Notifications => _notifications ?? (IReadOnlyList<KeyNotification>)[];

    internal void AddNotification(KeyNotification notification) => (_notifications ??= []).Add(notification);

    internal void RemoveNotification(KeyNotification notification) => _notifications?.Remove(notification);

    /// <summary>Subkeys in order.</summary>
    public IList<KeyNode> Children
    {
        get
        {
            LoadDeferred();
            return _children is null ? [] : _children.Values;
        }
    }

    /// <summary>Values in order.</summary>
    public IList<KeyValue> Values
    {
        get
        {
            LoadDeferred();
            return _values is null ? [] : _values.Values;
        }
    }

    /// <summary>Number of subkeys.</summary>
    public int ChildCount
    {
        get
        {
            LoadDeferred();
            return _children?.Count ?? 0;
        }
    }

    /// <summary>Number of values.</summary>
    public int ValueCount
    {
        get
        {
            LoadDeferred();
            return _values?.Count ?? 0;
        }
    }

    /// <summary>Full path, e.g. "\REGISTRY\MACHINE\SOFTWARE".</summary>
    public string Path
    {
        get
        {
            Stack<string> names = new();
            for (KeyNode? node = this; node is not null; node = node.Parent)
            {
                names.Push(node.Name);
            }
            return "\\" + string.Join('\\', names);
        }
    }

    /// <summary>Finds a subkey, without case.</summary>
    public bool TryGetChild(string name, [NotNullWhen(true)] out KeyNode? child)
    {
        LoadDeferred();
        child = null;
        return _children is not null && _children.TryGetValue(name, out child);
    }

    /// <summary>Finds a value, without case.</summary>
    public bool TryGetValue(string name, [NotNullWhen(true)] out KeyValue? value)
    {
        LoadDeferred();
        value = null;
        return _values is not null && _values.TryGetValue(name, out value);
    }

    /// <summary>Puts off the making of subkeys and values until something looks at or changes them.</summary>
    /// <param name="load">Makes them; called at most once, under the tree's lock.</param>
    internal void Defer(Action load) => _deferred = load;

    internal KeyNode AddChild(string name, bool isVolatile, long time)
    {
        LoadDeferred();
        KeyNode child = new(name, this, isVolatile, time);
        (_children ??= new SortedList<string, KeyNode>(StringComparer.OrdinalIgnoreCase)).Add(name, child);
        return child;
    }

    internal void Rename(string name)
    {
        LoadDeferred();
        Parent!._children!.Remove(Name);
        Name = name;
        Parent._children.Add(name, this);
    }

    internal void Remove()
    {
        Parent?._children?.Remove(Name);
        MarkDeleted();
    }

    internal void RemoveContents()
    {
        _deferred = null;
        foreach (KeyNode child in Children)
        {
            child.MarkDeleted();
        }
        _children = null;
        _values = null;
    }

    internal void SetValue(string name, RegistryValueType type, byte[] data)
    {
        LoadDeferred();
        _values ??= new OrderedDictionary<string, KeyValue>(StringComparer.OrdinalIgnoreCase);
        _values[name] = new KeyValue(_values.TryGetValue(name, out KeyValue? old) ? old.Name : name, type, data);
    }

    internal bool RemoveValue(string name)
    {
        LoadDeferred();
        return _values is not null && _values.Remove(name);
    }

    private void LoadDeferred()
    {
        if (_deferred is { } load)
        {
            _deferred = null;
            load();
        }
    }

    private void MarkDeleted()
    {
        IsDeleted = true;
        _deferred = null;
        foreach (KeyNode child in Children)
        {
            child.MarkDeleted();
        }
    }
}
