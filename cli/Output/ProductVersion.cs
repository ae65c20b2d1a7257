using System.Reflection;

namespace PortableVirt.Cli.Output;

/// <summary>The version of this build.</summary>
public static class ProductVersion
{
    /// <summary>As 1.2.3.</summary>
    public static string Text { get; } = typeof(ProductVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
