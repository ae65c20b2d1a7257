using System.Globalization;
using PortableVirt.Cli.Hosts;

namespace PortableVirt.Cli.Doctor;

/// <summary>The terminal that programs would have.</summary>
internal static class TerminalCheck
{
    private const int StandardOutput = 1;

    /// <summary>Looks at it.</summary>
    public static Finding Run()
    {
        if (Console.IsOutputRedirected || Console.IsInputRedirected)
        {
            return new Finding("terminal", FindingLevel.Ok, "none here: programs get files or pipes");
        }
        string type = Environment.GetEnvironmentVariable("TERM") ?? "";
        if (type.Length == 0 || type == "dumb")
        {
            return new Finding("terminal", FindingLevel.Warning, $"TERM is \"{type}\": no cursor control, no progress", "use a terminal that says what it is, as TERM=xterm-256color");
        }
        string? encoding = ((string[])["LC_ALL", "LC_CTYPE", "LANG"]).Select(Environment.GetEnvironmentVariable).FirstOrDefault(v => !string.IsNullOrEmpty(v));
        (int columns, int lines) = NativeTerminal.Size(StandardOutput);
        string text = string.Create(CultureInfo.InvariantCulture, $"{type}, {columns} by {lines}, {encoding ?? "no locale"}");
        return encoding is null || !encoding.Replace("-", "", StringComparison.Ordinal).Contains("UTF8", StringComparison.OrdinalIgnoreCase)
            ? new Finding("terminal", FindingLevel.Warning, text + ": programs write UTF-8", "use a UTF-8 locale, as LANG=C.UTF-8")
            : new Finding("terminal", FindingLevel.Ok, text);
    }
}
