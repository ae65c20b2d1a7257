using System.Diagnostics;
using System.Security.Cryptography;
using PortableVirt.Agent.Messages;

namespace PortableVirt.Agent.Opening;

/// <summary>
/// Starts programs that outlive the agent: under systemd in a scope of their own (systemd.io, "Desktop Environments"), so that they do not end when the
/// agent is restarted.
/// </summary>
/// <param name="session">The user's session.</param>
internal sealed class ProgramScope(Session session)
{
    private const string Tool = "systemd-run";
    private const int MaxName = 40;

    /// <summary>Starts a command without standard input.</summary>
    /// <param name="name">What the program is called.</param>
    /// <param name="folder">Full path of the folder that it starts in.</param>
    /// <param name="command">The command and its arguments.</param>
    public Process Start(string name, string folder, IReadOnlyList<string> command)
    {
        IReadOnlyList<string> words = HasManager && session.FindProgram(Tool) is { } tool
            ? [tool, "--user", "--scope", "--collect", "--quiet", "--slice=app.slice", $"--unit={Unit(name)}", "--", .. command]
            : command;
        ProcessStartInfo start = new(words[0], words.Skip(1)) { WorkingDirectory = folder, RedirectStandardInput = true };
        start.Environment.Clear();
        foreach ((string variable, string value) in session.Variables)
        {
            start.Environment[variable] = value;
        }
        Process process = Process.Start(start) ?? throw new IOException($"{words[0]} was not started");
        process.StandardInput.Close();
        return process;
    }

    /// <summary>A manager of the user's services runs.</summary>
    private bool HasManager => session.Variables.GetValueOrDefault("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && File.Exists(Path.Combine(runtime, "systemd", "private"));

    private static string Unit(string name)
    {
        string safe = string.Concat(name.Where(char.IsAsciiLetterOrDigit).Take(MaxName));
        return $"app-portablevirt-{(safe.Length == 0 ? "program" : safe)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
    }
}
