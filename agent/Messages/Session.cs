using System.Collections;

namespace PortableVirt.Agent.Messages;

/// <summary>The desktop session that something is opened in: its variables.</summary>
/// <param name="Variables">By name.</param>
internal sealed record Session(IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>The agent's own session, with what a caller says of his in front.</summary>
    /// <param name="callers">The caller's variables.</param>
    public static Session Of(IEnumerable<KeyValuePair<string, string>> callers)
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (DictionaryEntry own in Environment.GetEnvironmentVariables())
        {
            variables[(string)own.Key] = (string?)own.Value ?? "";
        }
        // What systemd tells the agent's process alone.
        foreach (string name in (string[])["NOTIFY_SOCKET", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_PID", "WATCHDOG_USEC", "INVOCATION_ID", "JOURNAL_STREAM"])
        {
            variables.Remove(name);
        }
        foreach ((string name, string value) in callers)
        {
            variables[name] = value;
        }
        return new Session(variables);
    }

    /// <summary>True where windows can be shown.</summary>
    public bool HasDisplay => Variables.GetValueOrDefault("DISPLAY") is { Length: > 0 } || Variables.GetValueOrDefault("WAYLAND_DISPLAY") is { Length: > 0 };

    /// <summary>Full path of a program of the session's PATH, or null.</summary>
    public string? FindProgram(string name) => Variables.GetValueOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
