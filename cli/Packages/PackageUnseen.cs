using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Packing;
using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Unseen;
using PortableVirt.VirtualLayer.Unseen;

namespace PortableVirt.Cli.Packages;

/// <summary>What a package's run needed and its list does not hold: decided by the package's policy, recorded, and told when the run has ended.</summary>
public sealed class PackageUnseen
{
    /// <summary>Environment variable: "all" tells of everything at the end, not only of what was denied or reported by a rule of the package's maker.</summary>
    public const string TellVariable = "PORTABLEVIRT_UNSEEN";

    private const string NlsFolder = "/usr/share/wine/nls";
    private const int MostTold = 20;

    private readonly UnseenLog? _log;
    private bool _isLogFull;

    private PackageUnseen(UnseenPolicy policy, SeenFacts seen, UnseenLog? log)
    {
        _log = log;
        Guard = new UnseenGuard(policy, seen, new SystemSource(SystemLibrary.DebianFolder, NlsFolder, bytes => Sha256.HexOf(bytes)), Record);
    }

    /// <summary>For the run.</summary>
    public UnseenGuard Guard { get; }

    /// <summary>Made from the package's members; null for a package without them.</summary>
    /// <param name="policy">Text of the policy, or null.</param>
    /// <param name="seen">Text of the facts, or null.</param>
    /// <param name="log">The recording, or null where there is no place for one.</param>
    /// <exception cref="PackageException">A member is damaged.</exception>
    public static PackageUnseen? Create(string? policy, string? seen, UnseenLog? log)
    {
        if (policy is null || seen is null)
        {
            return null;
        }
        try
        {
            return new PackageUnseen(UnseenPolicyText.Read(policy), SeenFacts.Read(seen), log);
        }
        catch (FormatException e)
        {
            throw new PackageException($"the package is damaged: {e.Message}");
        }
    }

    /// <summary>The lines that tell the user, one an item.</summary>
    /// <param name="app">What the user calls the package.</param>
    public IEnumerable<string> Tell(string app)
    {
        bool all = Environment.GetEnvironmentVariable(TellVariable) == "all";
        UnseenItem[] items = [.. Guard.Items.Where(item => all || !item.IsGiven)];
        foreach (UnseenItem item in items.Take(MostTold))
        {
            yield return $"{WordFor(item.Kind)} {item.Name} is not in the package{(item.IsGiven ? ": given and recorded" : "")}";
        }
        if (items.Length > MostTold)
        {
            yield return $"{items.Length - MostTold} more are not in the package";
        }
        if (items.Length != 0)
        {
            yield return _log is null || _isLogFull
                ? "nothing could be recorded: set XDG_DATA_HOME to a folder that you may write to, and run it again"
                : $"to add them: pvctl pack PROGRAM.exe --learn {app} --output NEW";
        }
    }

    private static string WordFor(UnseenKind kind) => kind switch
    {
        UnseenKind.Library => "library",
        UnseenKind.File => "system file",
        UnseenKind.Function => "function",
        UnseenKind.SystemCall => "system call",
        UnseenKind.Page => "code page",
        _ => "system-call instruction",
    };

    private void Record(UnseenItem item)
    {
        if (_log?.TryAdd(item) == false)
        {
            _isLogFull = true;
        }
    }
}
