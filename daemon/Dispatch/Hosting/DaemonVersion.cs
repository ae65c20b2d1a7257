namespace PortableVirt.Dispatch.Hosting;

/// <summary>The version of this build.</summary>
internal static class DaemonVersion
{
    /// <summary>As 1.2.3.</summary>
    public static string Text { get; } = typeof(DaemonVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
