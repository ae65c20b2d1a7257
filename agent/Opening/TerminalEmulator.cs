using PortableVirt.Agent.Messages;

namespace PortableVirt.Agent.Opening;

/// <summary>A program that gives another one a terminal in a window.</summary>
/// <param name="Program">Full path.</param>
/// <param name="Options">Words before the command that runs in it.</param>
internal sealed record TerminalEmulator(string Program, IReadOnlyList<string> Options)
{
    /// <summary>Known ones: the desktop's choice, Debian's, then some by name.</summary>
    private static readonly (string Name, string[] Options)[] s_known =
    [
        ("xdg-terminal-exec", []), ("x-terminal-emulator", ["-e"]), ("gnome-terminal", ["--"]), ("konsole", ["-e"]), ("xfce4-terminal", ["-x"]), ("xterm", ["-e"]),
    ];

    /// <summary>The command of a shell that runs its arguments, says how they ended, and waits: the window would go with the program's last words.</summary>
    private const string Hold = """
        trap : INT QUIT
        "$@"
        code=$?
        printf '\n[ended with exit code %s; press Enter to close this window] ' "$code"
        read -r line
        exit "$code"
        """;

    /// <summary>The session's; null where it has none.</summary>
    public static TerminalEmulator? Find(Session session)
    {
        if (!session.HasDisplay)
        {
            return null;
        }
        foreach ((string name, string[] options) in s_known)
        {
            if (session.FindProgram(name) is { } program)
            {
                return new TerminalEmulator(program, options);
            }
        }
        return null;
    }

    /// <summary>The command line that runs a command in a window of its own.</summary>
    public IReadOnlyList<string> Command(IEnumerable<string> command) => [Program, .. Options, "sh", "-c", Hold, "sh", .. command];
}
