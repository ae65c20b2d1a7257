namespace PortableVirt.Protocol.Sockets;

/// <summary>Where the sockets of PortableVirt are.</summary>
public static class WellKnownSockets
{
    /// <summary>Environment variable that names another socket of the daemon.</summary>
    public const string DaemonVariable = "PORTABLEVIRT_SOCKET";

    /// <summary>The daemon's socket unless the environment names another.</summary>
    public const string DefaultDaemon = "/run/portablevirt/portablevirtd.sock";

    /// <summary>Path of the daemon's socket.</summary>
    public static string Daemon => Environment.GetEnvironmentVariable(DaemonVariable) is { Length: > 0 } path ? path : DefaultDaemon;

    /// <summary>Path of the agent's socket in this session, or null where there is no session (XDG_RUNTIME_DIR is not set).</summary>
    public static string? Agent => Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } folder
        ? Path.Combine(folder, "portablevirt", "agent.sock")
        : null;
}
