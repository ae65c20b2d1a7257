namespace PortableVirt.Analysis.Pe;

/// <summary>IMAGE_DATA_DIRECTORY.</summary>
/// <param name="Rva">Address relative to the image base; for the security directory a file offset.</param>
/// <param name="Size">Bytes.</param>
public readonly record struct PeDataDirectory(uint Rva, uint Size)
{
    /// <summary>True when the file has the directory.</summary>
    public bool IsPresent => Rva != 0 && Size != 0;
}
