namespace PortableVirt.Analysis.Pe;

/// <summary>The TLS directory (IMAGE_TLS_DIRECTORY); addresses are absolute, at the preferred base.</summary>
/// <param name="StartOfRawData">First byte of the template.</param>
/// <param name="EndOfRawData">Behind its last byte.</param>
/// <param name="AddressOfIndex">Where the loader puts the TLS index.</param>
/// <param name="AddressOfCallBacks">Zero-terminated array of callbacks, or 0.</param>
/// <param name="SizeOfZeroFill">Zero bytes behind the template.</param>
public readonly record struct PeTls(ulong StartOfRawData, ulong EndOfRawData, ulong AddressOfIndex, ulong AddressOfCallBacks, uint SizeOfZeroFill)
{
    private const int CallbackLimit = 1024;

    /// <summary>Reads the directory; false for an image without one.</summary>
    public static bool TryRead(PeImage image, out PeTls tls)
    {
        tls = default;
        PeDataDirectory directory = image.Directory(PeDirectory.Tls);
        uint size = image.Headers.IsPe32Plus ? 8u : 4u;
        if (!directory.IsPresent
            || !image.TryReadPointer(directory.Rva, out ulong start)
            || !image.TryReadPointer(directory.Rva + size, out ulong end)
            || !image.TryReadPointer(directory.Rva + (2 * size), out ulong index)
            || !image.TryReadPointer(directory.Rva + (3 * size), out ulong callbacks)
            || !image.TryReadUInt32(directory.Rva + (4 * size), out uint zeroFill))
        {
            return false;
        }
        tls = new PeTls(start, end, index, callbacks, zeroFill);
        return true;
    }

    /// <summary>The addresses of the callbacks relative to the base, at most 1024.</summary>
    public List<uint> ReadCallbacks(PeImage image)
    {
        List<uint> result = [];
        ulong array = AddressOfCallBacks - image.Headers.ImageBase;
        uint size = image.Headers.IsPe32Plus ? 8u : 4u;
        while (AddressOfCallBacks != 0 && array < image.Headers.SizeOfImage && result.Count < CallbackLimit
            && image.TryReadPointer((uint)array + ((uint)result.Count * size), out ulong callback) && callback != 0)
        {
            result.Add((uint)(callback - image.Headers.ImageBase));
        }
        return result;
    }
}
