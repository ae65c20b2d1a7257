namespace PortableVirt.Cli.Output;

/// <summary>The version of this build. ProductVersion.targets writes it: each start of a package compares it, and to ask reflection would be a hundredth of a start.</summary>
public static partial class ProductVersion;
