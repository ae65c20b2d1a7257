using System.Diagnostics.CodeAnalysis;

namespace PortableVirt.Emulation.Registry;

/// <summary>
/// The registry of one VM: the tree of keys below "\Registry". One lock guards all of it; no call blocks while it holds the lock.
/// </summary>
public sealed partial class RegistryTree
{
    /// <summary>Value that holds the target of a symbolic link key.</summary>
    public const string LinkValueName = "SymbolicLinkValue";

    private const int MaximumLinks = 64;
    private readonly SystemClock _clock;

    /// <summary>Makes a registry with nothing but its roots Machine and User.</summary>
    public RegistryTree(SystemClock clock)
    {
        _clock = clock;
        Root = new KeyNode("REGISTRY", null, isVolatile: true, clock.BootTime);
        Machine = Root.AddChild("MACHINE", false, clock.BootTime);
        User = Root.AddChild("USER", false, clock.BootTime);
    }

    /// <summary>Guards the tree.</summary>
    public Lock Lock { get; } = new();

    /// <summary>"\Registry".</summary>
    public KeyNode Root { get; }

    /// <summary>"\Registry\Machine": HKEY_LOCAL_MACHINE.</summary>
    public KeyNode Machine { get; }

    /// <summary>"\Registry\User": HKEY_USERS.</summary>
    public KeyNode User { get; }

    /// <summary>
    /// Finds a key. STATUS_OBJECT_NAME_NOT_FOUND; STATUS_OBJECT_PATH_SYNTAX_BAD (path with a leading backslash below a key);
    /// STATUS_KEY_DELETED.
    /// </summary>
    /// <param name="start">Key that the path starts from.</param>
    /// <param name="path">Names separated by backslashes; "" is the key itself.</param>
    /// <param name="options">How links and the 32-bit view are treated.</param>
    /// <param name="key">The key.</param>
    public NtStatus Open(KeyNode start, string path, KeyLookup options, out KeyNode? key)
    {
        NtStatus status = Walk(start, path, options, out key, out string? missing);
        return status.IsSuccess && missing is not null ? NtStatus.ObjectNameNotFound : status;
    }

    /// <summary>
    /// Finds a key or makes it; only the last name of the path may be missing. Errors as <see cref="Open"/>, and
    /// STATUS_CHILD_MUST_BE_VOLATILE, STATUS_INVALID_PARAMETER (name too long), STATUS_ACCESS_DENIED (directly below "\Registry").
    /// </summary>
    public NtStatus Create(KeyNode start, string path, KeyLookup options, bool isVolatile, out KeyNode? key, out bool created)
    {
        created = false;
        NtStatus status = Walk(start, path, options, out key, out string? missing);
        if (!status.IsSuccess || missing is null)
        {
            return status;
        }
        KeyNode parent = key!;
        key = null;
        if (missing.Contains('\\'))
        {
            return NtStatus.ObjectNameNotFound;
        }
        if (missing.Length > KeyNode.MaximumNameLength)
        {
            return NtStatus.InvalidParameter;
        }
        if (parent == Root)
        {
            return NtStatus.AccessDenied;
        }
        if (parent.IsVolatile && !isVolatile)
        {
            return NtStatus.ChildMustBeVolatile;
        }
        if (parent.Depth >= KeyNode.MaximumDepth)
        {
            return NtStatus.NameTooLong;
        }
        key = parent.AddChild(missing, isVolatile, Touch(parent));
        created = true;
        Report(parent, KeyChange.Name);
        return NtStatus.Success;
    }

    /// <summary>Makes all missing keys of a path below <paramref name="start"/>; used for trusted data, not for guests.</summary>
    internal KeyNode Ensure(KeyNode start, ReadOnlySpan<char> path)
    {
        KeyNode node = start;
        foreach (Range range in path.Split('\\'))
        {
            ReadOnlySpan<char> part = path[range];
            if (part.Length != 0)
            {
                string name = new(part);
                node = node.TryGetChild(name, out KeyNode? child) ? child : node.AddChild(name, false, _clock.BootTime);
            }
        }
        return node;
    }

    /// <summary>Deletes a key: STATUS_CANNOT_DELETE when it has subkeys or is a root.</summary>
    public NtStatus Delete(KeyNode key)
    {
        if (key.IsDeleted)
        {
            return NtStatus.KeyDeleted;
        }
        if (key.ChildCount != 0 || key.Depth < 2)
        {
            return NtStatus.CannotDelete;
        }
        KeyNode parent = key.Parent!;
        key.Remove();
        Touch(parent);
        Report(parent, KeyChange.Name);
        Flush(key);
        return NtStatus.Success;
    }

    /// <summary>Renames a key: STATUS_CANNOT_DELETE when the name is taken or the key is a root, STATUS_INVALID_PARAMETER for a bad name.</summary>
    public NtStatus Rename(KeyNode key, string name)
    {
        if (key.IsDeleted)
        {
            return NtStatus.KeyDeleted;
        }
        if (name.Length is 0 or > KeyNode.MaximumNameLength || name.Contains('\\'))
        {
            return NtStatus.InvalidParameter;
        }
        if (key.Depth < 2 || (key.Parent!.TryGetChild(name, out KeyNode? other) && other != key))
        {
            return key.Depth < 2 ? NtStatus.AccessDenied : NtStatus.CannotDelete;
        }
        key.Rename(name);
        Touch(key.Parent!);
        Report(key.Parent!, KeyChange.Name);
        return NtStatus.Success;
    }

    /// <summary>Sets a value.</summary>
    public void SetValue(KeyNode key, string name, RegistryValueType type, byte[] data)
    {
        key.SetValue(name, type, data);
        Touch(key);
        Report(key, KeyChange.LastSet);
    }

    /// <summary>Deletes a value: STATUS_OBJECT_NAME_NOT_FOUND.</summary>
    public NtStatus DeleteValue(KeyNode key, string name)
    {
        if (!key.RemoveValue(name))
        {
            return NtStatus.ObjectNameNotFound;
        }
        Touch(key);
        Report(key, KeyChange.LastSet);
        return NtStatus.Success;
    }

    /// <summary>Reads a text value at a full path such as "\Registry\Machine\Software\X"; null when it is missing.</summary>
    public string? ReadText(string path, string value)
    {
        lock (Lock)
        {
            return TryStripRoot(path, out string? rest) && Open(Root, rest, KeyLookup.Default, out KeyNode? key).IsSuccess && key!.TryGetValue(value, out KeyValue? found)
                ? found.Text
                : null;
        }
    }

    /// <summary>Splits "\Registry" off an absolute path; false when it does not start with it.</summary>
    public static bool TryStripRoot(string path, [NotNullWhen(true)] out string? rest)
    {
        const string root = @"\Registry";
        rest = null;
        if (path.StartsWith(root, StringComparison.OrdinalIgnoreCase) && (path.Length == root.Length || path[root.Length] == '\\'))
        {
            rest = path[root.Length..].TrimStart('\\');
            return true;
        }
        return false;
    }

    /// <summary>Whether a key of a user that is kept has changed since the last <see cref="NoteSaved"/>.</summary>
    internal bool HasUserChanges { get; private set; }

    /// <summary>What the user's keys hold now is what is stored.</summary>
    internal void NoteSaved() => HasUserChanges = false;

    internal long Touch(KeyNode key)
    {
        if (!HasUserChanges && !key.IsVolatile)
        {
            KeyNode? node = key;
            while (node is not null && node != User)
            {
                node = node.Parent;
            }
            HasUserChanges = node is not null;
        }
        return key.LastWriteTime = _clock.SystemTime;
    }

    private NtStatus Walk(KeyNode start, string path, KeyLookup options, out KeyNode? key, out string? missing)
    {
        key = null;
        missing = null;
        if (start.IsDeleted)
        {
            return NtStatus.KeyDeleted;
        }
        if (path.StartsWith('\\'))
        {
            return NtStatus.ObjectPathSyntaxBad;
        }
        KeyNode node = start;
        int links = 0;
        for (string rest = path.TrimEnd('\\'); ;)
        {
            int cut = rest.IndexOf('\\');
            string name = cut < 0 ? rest : rest[..cut];
            rest = cut < 0 ? "" : rest[(cut + 1)..].TrimStart('\\');
            if (options.HasFlag(KeyLookup.View32) && !name.Equals(Wow64Name, StringComparison.OrdinalIgnoreCase))
            {
                node = To32BitView(node);
            }
            if (name.Length == 0)
            {
                key = node;
                return NtStatus.Success;
            }
            if (!node.TryGetChild(name, out KeyNode? child))
            {
                key = node;
                missing = rest.Length == 0 ? name : name + "\\" + rest;
                return NtStatus.Success;
            }
            if (child.IsLink && !(rest.Length == 0 && options.HasFlag(KeyLookup.OpenLink)))
            {
                if (++links > MaximumLinks || !child.TryGetValue(LinkValueName, out KeyValue? target) || !TryStripRoot(target.Text, out string? targetPath))
                {
                    return NtStatus.ObjectNameNotFound;
                }
                rest = rest.Length == 0 ? targetPath : targetPath + "\\" + rest;
                node = Root;
                continue;
            }
            node = child;
        }
    }
}
