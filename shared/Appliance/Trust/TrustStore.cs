using PortableVirt.Appliance.Format;

namespace PortableVirt.Appliance.Trust;

/// <summary>
/// Whose signatures this computer and this user trust, and what becomes of packages that have none: folders with one file NAME.pem a key (public key of
/// P-256, as "openssl ec -pubout" writes it) and a file "policy" with the lines "unsigned allow|deny" and "unknown allow|report|deny". Of two settings the
/// stricter holds.
/// </summary>
public sealed class TrustStore
{
    /// <summary>What becomes of packages without a signature.</summary>
    public const string Unsigned = "unsigned";

    /// <summary>What becomes of packages that are signed with a key that is not in the store.</summary>
    public const string Unknown = "unknown";

    private const string SystemFolder = "/etc/portablevirt/trust";
    private const string PolicyName = "policy";
    private const string KeySuffix = ".pem";

    /// <summary>From the least strict to the strictest.</summary>
    private static readonly string[] _strictness = ["allow", "report", "deny"];

    private readonly List<TrustedKey> _keys = [];
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal) { [Unsigned] = "allow", [Unknown] = "allow" };

    private TrustStore()
    {
    }

    /// <summary>The keys, the system's first.</summary>
    public IReadOnlyList<TrustedKey> Keys => _keys;

    /// <summary>The value of <see cref="Unsigned"/> or <see cref="Unknown"/>. A store with keys reports unknown ones unless it says otherwise.</summary>
    public string this[string setting] => setting == Unknown && _keys.Count != 0 && _settings[Unknown] == "allow" && !_isUnknownSet ? "report" : _settings[setting];

    private bool _isUnknownSet;

    /// <summary>Reads the system's store and a user's.</summary>
    /// <param name="userFolder">The user's folder; null where there is none.</param>
    /// <exception cref="PackageException">A file of them is wrong; the message names file and line.</exception>
    public static TrustStore Load(string? userFolder)
    {
        TrustStore store = new();
        store.Read(SystemFolder);
        if (userFolder is not null)
        {
            store.Read(userFolder);
        }
        return store;
    }

    /// <summary>True for a value that a setting may have.</summary>
    public static bool IsSetting(string setting, string value) => (setting is Unsigned && value is "allow" or "deny") || (setting is Unknown && _strictness.Contains(value));

    /// <summary>The file of a key's name.</summary>
    public static string FileOf(string folder, string name) => Path.Combine(folder, name + KeySuffix);

    /// <summary>The file of a folder's settings.</summary>
    public static string PolicyOf(string folder) => Path.Combine(folder, PolicyName);

    /// <summary>The name of a key of the store, or null.</summary>
    public string? NameOf(ReadOnlySpan<byte> key)
    {
        foreach (TrustedKey trusted in _keys)
        {
            if (key.SequenceEqual(trusted.Key.Span))
            {
                return trusted.Name;
            }
        }
        return null;
    }

    private void Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }
        foreach (string file in Directory.EnumerateFiles(folder, "*" + KeySuffix).Order(StringComparer.Ordinal))
        {
            _keys.Add(new TrustedKey(Path.GetFileNameWithoutExtension(file), PublicKeyText.Read(File.ReadAllText(file), file), file));
        }
        string policy = PolicyOf(folder);
        if (File.Exists(policy))
        {
            string[] lines = File.ReadAllLines(policy);
            for (int i = 0; i < lines.Length; i++)
            {
                ReadSetting(lines[i].Trim(), $"{policy}, line {i + 1}");
            }
        }
    }

    private void ReadSetting(string line, string place)
    {
        if (line.Length == 0 || line[0] == '#')
        {
            return;
        }
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 2 || !IsSetting(words[0], words[1]))
        {
            throw new PackageException($"{place}: a line is \"{Unsigned} allow|deny\" or \"{Unknown} allow|report|deny\", not \"{line}\"");
        }
        _isUnknownSet |= words[0] == Unknown;
        if (Array.IndexOf(_strictness, words[1]) > Array.IndexOf(_strictness, _settings[words[0]]))
        {
            _settings[words[0]] = words[1];
        }
    }
}
