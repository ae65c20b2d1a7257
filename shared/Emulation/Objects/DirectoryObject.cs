namespace PortableVirt.Emulation.Objects;

/// <summary>A directory of the object namespace. Its entries are guarded by the namespace's lock.</summary>
public sealed class DirectoryObject() : KernelObject(ObjectKinds.Directory)
{
    internal SortedDictionary<string, KernelObject> Entries { get; } = new(StringComparer.Ordinal);

    internal string PathOf(string leaf) => Name is null or "\\" ? "\\" + leaf : Name + "\\" + leaf;

    internal KernelObject? Find(ref string leaf, bool ignoreCase)
    {
        if (Entries.TryGetValue(leaf, out KernelObject? exact))
        {
            return exact;
        }
        if (ignoreCase)
        {
            foreach ((string name, KernelObject value) in Entries)
            {
                if (name.Equals(leaf, StringComparison.OrdinalIgnoreCase))
                {
                    leaf = name;
                    return value;
                }
            }
        }
        return null;
    }
}
