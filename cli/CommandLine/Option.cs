namespace PortableVirt.Cli.CommandLine;

/// <summary>An option of a verb.</summary>
/// <param name="Name">With its dashes, "--grant".</param>
/// <param name="Value">What its value is, for the help, "PATH[:ro]"; null for a switch.</param>
/// <param name="Help">One line for people.</param>
/// <param name="Repeatable">True: may be given more than once.</param>
public sealed record Option(string Name, string? Value, string Help, bool Repeatable = false)
{
    /// <summary>A short form, "-o", or null.</summary>
    public string? Short { get; init; }

    /// <summary>--json: the result, and errors too, as one JSON document on standard output (docs/json.md).</summary>
    public static readonly Option Json = new("--json", null, "JSON for programs");

    /// <summary>--help, which every verb has.</summary>
    public static readonly Option ShowHelp = new("--help", null, "show the verb's help");
}
