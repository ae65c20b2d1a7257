using Microsoft.Extensions.Logging;

namespace PortableVirt.Dispatch.Journal;

/// <summary>Levels as priorities of syslog(3).</summary>
internal static class LogPriority
{
    public static int Of(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };
}
