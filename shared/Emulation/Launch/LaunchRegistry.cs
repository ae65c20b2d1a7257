using System.Text;
using PortableVirt.Emulation.Recording;
using PortableVirt.Emulation.Registry;

namespace PortableVirt.Emulation.Launch;

/// <summary>What a launch image that was taken behind an initialiser needs of the registry.</summary>
internal static class LaunchRegistry
{
    private const string User = @"\REGISTRY\USER\";

    /// <summary>All keys and values but the times of their changes: equal texts, equal registries.</summary>
    public static string Describe(RegistryTree registry)
    {
        StringBuilder text = new();
        lock (registry.Lock)
        {
            Add(text, registry.Root);
        }
        return text.ToString();
    }

    /// <summary>The values of the user that a recorder saw looked for, as they are.</summary>
    public static List<LaunchValue> Read(Executive executive, UseRecorder recorder)
    {
        List<LaunchValue> values = [];
        foreach (string fact in recorder.Facts)
        {
            // value found|missing KEY NAME: only the last word is the name's, and names with spaces are told from keys by looking.
            string[] words = fact.Split(' ', 3);
            if (words[0] != "value" || !words[2].StartsWith(User, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }
            for (int space = words[2].IndexOf(' ', StringComparison.Ordinal); space >= 0; space = words[2].IndexOf(' ', space + 1))
            {
                (string key, string name) = (words[2][..space], words[2][(space + 1)..]);
                if (Find(executive.Registry, key) is not null)
                {
                    values.Add(new LaunchValue(key, name == "@" ? "" : name, ContentOf(executive.Registry, key, name == "@" ? "" : name)));
                }
            }
        }
        return values;
    }

    /// <summary>True when all values are as then.</summary>
    public static bool AreAsThen(RegistryTree registry, IReadOnlyList<LaunchValue> values)
    {
        foreach (LaunchValue value in values)
        {
            if (!ContentOf(registry, value.Key, value.Name).AsSpan().SequenceEqual(value.Content))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>A key by its full path, or null.</summary>
    public static KeyNode? Find(RegistryTree registry, string path)
    {
        lock (registry.Lock)
        {
            return RegistryTree.TryStripRoot(path, out string? rest) && registry.Open(registry.Root, rest, KeyLookup.Default, out KeyNode? node).IsSuccess ? node : null;
        }
    }

    private static byte[] ContentOf(RegistryTree registry, string key, string name)
    {
        KeyNode? node = Find(registry, key);
        lock (registry.Lock)
        {
            return node is not null && node.TryGetValue(name, out KeyValue? value) ? [.. BitConverter.GetBytes((int)value.Type), .. value.Data] : [];
        }
    }

    private static void Add(StringBuilder text, KeyNode key)
    {
        text.Append(key.Path).Append('\0').Append(key.Class).Append('\0').Append(key.IsLink).Append('\n');
        foreach (KeyValue value in key.Values)
        {
            text.Append(value.Name).Append('\0').Append(value.Type).Append('\0').Append(Convert.ToHexString(value.Data)).Append('\n');
        }
        foreach (KeyNode child in key.Children)
        {
            Add(text, child);
        }
    }
}
