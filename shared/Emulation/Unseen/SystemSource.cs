using PortableVirt.Analysis.Pe;

namespace PortableVirt.Emulation.Unseen;

/// <summary>
/// The system library of this computer, for packages that may take from it what they lack: only where it is the very version that the package was
/// made from. Thread-safe.
/// </summary>
/// <param name="folder">Host folder of the DLLs; it need not exist.</param>
/// <param name="nlsFolder">Host folder of the code page and locale files.</param>
/// <param name="sha256">Hash of bytes, lower-case hexadecimal: .NET's own needs libraries that a computer which only runs packages may lack.</param>
public sealed class SystemSource(string folder, string nlsFolder, Func<byte[], string> sha256)
{
    private const int PageSize = 0x1000;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PeImage?> _images = new(StringComparer.Ordinal);
    private bool? _isSame;

    /// <summary>Host path of a DLL or program of the library, or null.</summary>
    /// <param name="name">Its name in lower case.</param>
    /// <param name="ntdllHash">Hash of the ntdll.dll of the library that the package was made from.</param>
    public string? Find(string name, string ntdllHash)
    {
        string path = Path.Combine(folder, name);
        return IsSame(ntdllHash) && name.AsSpan().IndexOfAny('/', '\\') < 0 && File.Exists(path) ? path : null;
    }

    /// <summary>Host path of a code page or locale file, or null.</summary>
    public string? FindNls(string name)
    {
        string path = Path.Combine(nlsFolder, name);
        return name.AsSpan().IndexOfAny('/', '\\') < 0 && File.Exists(path) ? path : null;
    }

    /// <summary>Reads a page of an image of the library as it would be mapped at its own base; false when there is none.</summary>
    public bool TryReadPage(string name, string ntdllHash, uint rva, Span<byte> target)
    {
        lock (_lock)
        {
            if (!_images.TryGetValue(name, out PeImage? image))
            {
                // Held for the rest of the run: few images, and only of packages that lack pages.
                byte[]? bytes = Find(name, ntdllHash) is { } path ? TryRead(path) : null;
                image = bytes is not null && PeImage.TryParse(bytes, out PeImage? parsed, out _) ? parsed : null;
                _images.Add(name, image);
            }
            if (image is null)
            {
                return false;
            }
            target.Clear();
            foreach (PePiece piece in image.Layout.Pieces)
            {
                uint end = Math.Min(piece.Rva + piece.FileLength, rva + PageSize);
                if (rva >= piece.Rva && rva < end)
                {
                    image.Data.Span.Slice((int)(piece.FileOffset + (rva - piece.Rva)), (int)(end - rva)).CopyTo(target);
                    return true;
                }
            }
            return false;
        }
    }

    private static byte[]? TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private bool IsSame(string ntdllHash)
    {
        lock (_lock)
        {
            return _isSame ??= ntdllHash.Length != 0 && TryRead(Path.Combine(folder, "ntdll.dll")) is { } bytes && sha256(bytes) == ntdllHash;
        }
    }
}
