using System.Globalization;
using PortableVirt.Cli.Hosts;
using PortableVirt.Protocol.Sockets;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Doctor;

/// <summary>The session's agent.</summary>
internal static class AgentCheck
{
    /// <summary>Looks at it.</summary>
    public static async Task<Finding> RunAsync()
    {
        if (WellKnownSockets.Agent is not { } socket)
        {
            return new Finding("agent", FindingLevel.Ok, "none: this is no session (XDG_RUNTIME_DIR is not set)");
        }
        GetAgentInfoResponse? info = await AgentConnection.AskAsync().ConfigureAwait(false);
        if (info is not null)
        {
            return Versions.Compare("agent", info.Version, string.Create(CultureInfo.InvariantCulture, $"process {info.AgentPid}, on {socket}"), "systemctl --user restart portablevirt-agent");
        }
        bool isDesktop = Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 } || Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is { Length: > 0 };
        return isDesktop
            ? new Finding("agent", FindingLevel.Warning, "none answers in this session: .exe files are not offered on the desktop", "systemctl --user enable --now portablevirt-agent.socket")
            : new Finding("agent", FindingLevel.Ok, "none, and no desktop that would need it");
    }
}
