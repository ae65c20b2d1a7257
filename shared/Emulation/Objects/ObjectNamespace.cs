namespace PortableVirt.Emulation.Objects;

/// <summary>
/// The object namespace of one VM: a tree of directories that starts at "\". Lookups never block; parsing stops at an object
/// that is no directory and gives the rest of the path to its owner (devices, keys).
/// </summary>
public sealed partial class ObjectNamespace
{
    private readonly Lock _lock = new();

    /// <summary>The root directory "\".</summary>
    public DirectoryObject Root { get; } = new();

    /// <summary>Inserts a named object: STATUS_OBJECT_NAME_COLLISION when the name is taken (then <paramref name="existing"/> is what has it).</summary>
    /// <param name="root">Directory a relative name starts from, or null.</param>
    /// <param name="name">Path; absolute when it starts with a backslash.</param>
    public NtStatus Insert(DirectoryObject? root, string name, bool ignoreCase, KernelObject value, out KernelObject? existing)
    {
        lock (_lock)
        {
            NtStatus status = Walk(root, name, ignoreCase, out DirectoryObject directory, out string leaf, out existing, out string remainder);
            if (status == NtStatus.ObjectNameNotFound)
            {
                directory.Entries[leaf] = value;
                value.Name = directory.PathOf(leaf);
                return NtStatus.Success;
            }
            if (status.IsSuccess)
            {
                return remainder.Length == 0 ? NtStatus.ObjectNameCollision : NtStatus.ObjectTypeMismatch;
            }
            return status;
        }
    }

    /// <summary>
    /// Finds an object. Success with a non-empty <paramref name="remainder"/> means that the path goes on below an object that
    /// parses names itself. STATUS_OBJECT_NAME_NOT_FOUND: the last part is missing; STATUS_OBJECT_PATH_NOT_FOUND: an earlier one.
    /// </summary>
    public NtStatus Lookup(DirectoryObject? root, string name, bool ignoreCase, out KernelObject? value, out string remainder)
    {
        lock (_lock)
        {
            return Walk(root, name, ignoreCase, out _, out _, out value, out remainder);
        }
    }

    /// <summary>The entries of a directory, in name order.</summary>
    internal List<KeyValuePair<string, KernelObject>> List(DirectoryObject directory)
    {
        lock (_lock)
        {
            return [.. directory.Entries];
        }
    }

    internal void RemoveTemporary(KernelObject value)
    {
        if (value.Name is null || value.IsPermanent)
        {
            return;
        }
        lock (_lock)
        {
            if (value.HandleCount == 0 && value.Name is { } name
                && Walk(null, name, false, out DirectoryObject directory, out string leaf, out KernelObject? found, out _).IsSuccess && found == value)
            {
                directory.Entries.Remove(leaf);
                value.Name = null;
            }
        }
    }

    private NtStatus Walk(DirectoryObject? root, string name, bool ignoreCase, out DirectoryObject directory, out string leaf, out KernelObject? value, out string remainder)
    {
        directory = root ?? Root;
        leaf = remainder = "";
        value = directory;
        if (root is null)
        {
            if (name.Length == 0 || name[0] != '\\')
            {
                return NtStatus.ObjectPathSyntaxBad;
            }
            name = name[1..];
        }
        for (int depth = 0; name.Length != 0; depth++)
        {
            if (depth > 64)
            {
                return NtStatus.NameTooLong;
            }
            int cut = name.IndexOf('\\');
            leaf = cut < 0 ? name : name[..cut];
            string rest = cut < 0 ? "" : name[(cut + 1)..];
            if (leaf.Length == 0)
            {
                return NtStatus.ObjectNameInvalid;
            }
            value = directory.Find(ref leaf, ignoreCase);
            switch (value)
            {
                case null:
                    return cut < 0 ? NtStatus.ObjectNameNotFound : NtStatus.ObjectPathNotFound;
                case SymbolicLinkObject link when cut >= 0:
                    if (!link.Target.StartsWith('\\'))
                    {
                        return NtStatus.ObjectPathSyntaxBad;
                    }
                    string target = link.Target.TrimEnd('\\') + "\\" + rest;
                    directory = Root;
                    name = target[1..];
                    continue;
                case DirectoryObject next when cut >= 0:
                    directory = next;
                    name = rest;
                    continue;
                default:
                    remainder = rest;
                    return NtStatus.Success;
            }
        }
        return NtStatus.Success;
    }
}
