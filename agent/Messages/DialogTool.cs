namespace PortableVirt.Agent.Messages;

/// <summary>A program that shows dialogs. Texts come from anywhere: none of these takes them as markup or as options.</summary>
/// <param name="Program">Its name.</param>
/// <param name="Error">Command line that shows an error of a title and a text.</param>
/// <param name="File">Command line that shows a text file under a title.</param>
internal sealed record DialogTool(string Program, Func<string, string, string[]> Error, Func<string, string, string[]> File)
{
    /// <summary>Those that are known, best first.</summary>
    public static readonly IReadOnlyList<DialogTool> All =
    [
        new("zenity",
            (title, text) => ["--error", "--no-markup", "--width=480", $"--title={title}", $"--text={text}"],
            (title, file) => ["--text-info", "--width=720", "--height=480", "--font=monospace", $"--title={title}", $"--filename={file}"]),
        new("kdialog",
            // What looks like rich text would be one; a zero-width space at the beginning prevents it.
            (title, text) => [$"--title={title}", "--error", "\u200b" + text],
            (title, file) => [$"--title={title}", "--textbox", file, "720", "480"]),
        new("xmessage",
            (title, text) => ["-center", "-title", title, " " + text],
            (title, file) => ["-center", "-title", title, "-file", file]),
    ];
}
