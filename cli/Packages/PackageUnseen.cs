using System.Buffers;
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

    /// <summary>A program that asks for thousands must not push other news out.</summary>
    private const int MostToldAtOnce = 100;

    private static readonly SearchValues<char> _plainCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@%=:,");

    private readonly UnseenLog? _log;
    private bool _isLogFull;
    private int _toldAtOnce;

    private PackageUnseen(UnseenPolicy policy, SeenFacts seen, UnseenLog? log)
    {
        _log = log;
        Guard = new UnseenGuard(policy, seen, new SystemSource(SystemLibrary.DebianFolder, NlsFolder, bytes => Sha256.HexOf(bytes)), Record);
    }

    /// <summary>For the run.</summary>
    public UnseenGuard Guard { get; }

    /// <summary>Told of items as they are needed, but not of those that the policy allows and the program got: 100 at most. Must be short and not throw.</summary>
    public Action<UnseenItem>? Told { get; set; }

    /// <summary>True while everything that was needed is in the recording.</summary>
    public bool IsRecorded => _log is not null && !_isLogFull;

    /// <summary>The command that makes a package which has what the runs of another one recorded, for a shell.</summary>
    /// <param name="app">What the user calls the package.</param>
    public static string CommandFor(string app) =>
        $"pvctl pack PROGRAM.exe --learn {(app.AsSpan().IndexOfAnyExcept(_plainCharacters) < 0 ? app : $"'{app.Replace("'", "'\\''", StringComparison.Ordinal)}'")} --output NEW";

    /// <summary>Made from the package's members; null for a package without them.</summary>
    /// <param name="policy">Text of the policy, or null.</param>
    /// <param name="seen">Text of the facts as UTF-8, or null.</param>
    /// <param name="log">The recording, or null where there is no place for one.</param>
    /// <exception cref="PackageException">A member is damaged.</exception>
    public static PackageUnseen? Create(string? policy, byte[]? seen, UnseenLog? log)
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
            yield return IsRecorded
                ? $"to add them: {CommandFor(app)}"
                : "nothing could be recorded: set XDG_DATA_HOME to a folder that you may write to, and run it again";
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
        if (Told is { } told && (item.Action != UnseenAction.Allow || !item.IsGiven) && Interlocked.Increment(ref _toldAtOnce) <= MostToldAtOnce)
        {
            told(item);
        }
    }
}
