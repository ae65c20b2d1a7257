namespace PortableVirt.Analysis.Pe;

/// <summary>The beginning of the load configuration (IMAGE_LOAD_CONFIG_DIRECTORY); fields that the file's version has not got are 0.</summary>
/// <param name="Size">Bytes that the file has.</param>
/// <param name="SecurityCookie">Absolute address of the stack-protector cookie.</param>
/// <param name="GuardFlags">IMAGE_GUARD_ flags of control-flow guard.</param>
public readonly record struct PeLoadConfig(uint Size, ulong SecurityCookie, uint GuardFlags)
{
    /// <summary>Reads the directory; false for an image without one.</summary>
    public static bool TryRead(PeImage image, out PeLoadConfig config)
    {
        config = default;
        PeDataDirectory directory = image.Directory(PeDirectory.LoadConfig);
        if (!directory.IsPresent || !image.TryReadUInt32(directory.Rva, out uint size))
        {
            return false;
        }
        bool wide = image.Headers.IsPe32Plus;
        (uint cookieOffset, uint flagsOffset) = wide ? (88u, 144u) : (60u, 88u);
        ulong cookie = 0;
        uint flags = 0;
        if (size >= cookieOffset + (wide ? 8 : 4))
        {
            image.TryReadPointer(directory.Rva + cookieOffset, out cookie);
        }
        if (size >= flagsOffset + 4)
        {
            image.TryReadUInt32(directory.Rva + flagsOffset, out flags);
        }
        config = new PeLoadConfig(size, cookie, flags);
        return true;
    }
}
