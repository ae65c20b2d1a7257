using PortableVirt.Emulation.Recording;
using PortableVirt.Emulation.Registry;

namespace PortableVirt.Emulation.Launch;

/// <summary>The keys of the user that the loader looked for before an image was taken: the part of the registry that is kept between runs.</summary>
internal static class LaunchKeys
{
    private const string User = @"\REGISTRY\USER\";

    /// <summary>What a recorder saw looked for.</summary>
    public static List<(string Key, bool Found)> Read(UseRecorder recorder) =>
        [.. recorder.Facts.Select(fact => fact.Split(' ', 3)).Where(words => words[0] == "key" && IsUsers(words[2])).Select(words => (words[2], words[1] == "found"))];

    /// <summary>The name of a value of the user that was looked for, or null: images do not depend on values that programs change.</summary>
    public static string? FirstValue(UseRecorder recorder) =>
        recorder.Facts.Select(fact => fact.Split(' ', 3)).Where(words => words[0] == "value" && IsUsers(words[2])).Select(words => words[2]).FirstOrDefault();

    /// <summary>True when the registry of this start has the same keys.</summary>
    public static bool AreAsThen(Executive executive, IReadOnlyList<(string Key, bool Found)> keys)
    {
        RegistryTree registry = executive.Registry;
        lock (registry.Lock)
        {
            return keys.All(key => RegistryTree.TryStripRoot(key.Key, out string? rest) && registry.Open(registry.Root, rest, KeyLookup.Default, out _).IsSuccess == key.Found);
        }
    }

    private static bool IsUsers(string path) => path.StartsWith(User, StringComparison.OrdinalIgnoreCase);
}
