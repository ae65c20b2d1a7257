namespace PortableVirt.Cli.Packages;

/// <summary>What a start is given while a launch image is made of it: an image that depends on none of this is safe for all starts.</summary>
/// <param name="Arguments">The program's arguments.</param>
/// <param name="Environment">Variables.</param>
/// <param name="HasOwnFolder">True: it starts in a folder of its own.</param>
/// <param name="TimeZone">Windows key name of the time zone: never the packing machine's, so that packages do not depend on it.</param>
internal sealed record LaunchVariation(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, bool HasOwnFolder, string TimeZone)
{
    /// <summary>No arguments, no variables, the root folder, no console: of this an image is made.</summary>
    public static LaunchVariation Plain { get; } = new([], new Dictionary<string, string>(), false, "UTC");

    /// <summary>The same with a console: what is different then is known and added by such starts.</summary>
    public static LaunchVariation OnConsole { get; } = Plain with { HasConsole = true };

    /// <summary>Starts that differ from it in everything that a start may differ in; the time passes by itself.</summary>
    public static IReadOnlyList<LaunchVariation> Others { get; } =
    [
        new(["a", "two words", "\"quoted\""], new Dictionary<string, string> { ["LAUNCH"] = new string('x', 3000), ["PATHEXT"] = ".COM" }, true, "Tokyo Standard Time"),
        new([new string('y', 1500)], new Dictionary<string, string> { ["A"] = "1", ["TEMP"] = @"C:\elsewhere" }, true, "W. Europe Standard Time"),
        Plain,
    ];

    /// <summary>True: it has a console, which nobody sees.</summary>
    public bool HasConsole { get; private init; }
}
