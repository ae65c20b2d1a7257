namespace PortableVirt.Cell;

/// <summary>What a VM-app may do at a path.</summary>
public enum CellPathUse
{
    /// <summary>Look.</summary>
    Read,

    /// <summary>Look and change: files, folders and links.</summary>
    Change,

    /// <summary>Read and write what is there, without making or removing anything.</summary>
    Write,

    /// <summary>Remove empty folders.</summary>
    RemoveFolders,
}
