namespace PortableVirt.Cli.Index;

/// <summary>What became of an indexed package's file.</summary>
public enum PackagePresence
{
    /// <summary>It is there.</summary>
    There,

    /// <summary>Its folder is not there, or not to be read: a drive that is not mounted.</summary>
    Away,

    /// <summary>The file is gone, or is another package now.</summary>
    Gone,
}
