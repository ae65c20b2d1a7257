using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Processes;

/// <summary>The images mapped in a process, for reports and for the DLLs' unix calls. Thread-safe.</summary>
public sealed class ModuleList
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, ImageSection> _images = [];

    /// <summary>An image was mapped.</summary>
    internal void Note(ulong imageBase, ImageSection section)
    {
        lock (_lock)
        {
            _images[imageBase] = section;
        }
    }

    /// <summary>The view at an address was unmapped; true when it was an image.</summary>
    internal bool Forget(ulong imageBase)
    {
        lock (_lock)
        {
            return _images.Remove(imageBase);
        }
    }

    /// <summary>Base, size and file name of every image, by address.</summary>
    public List<(ulong Base, ulong Size, string FileName)> Snapshot()
    {
        lock (_lock)
        {
            return [.. _images.Select(p => (p.Key, p.Value.Layout.SizeOfImage, p.Value.FileName ?? ""))];
        }
    }

    /// <summary>Name of the module that contains an address (file name only) and the offset in it; null outside all modules.</summary>
    public (string Name, ulong Offset)? Find(ulong address)
    {
        lock (_lock)
        {
            foreach ((ulong start, ImageSection image) in _images)
            {
                if (address - start < image.Layout.SizeOfImage)
                {
                    string name = image.FileName ?? "";
                    return (name[(name.LastIndexOf('\\') + 1)..], address - start);
                }
            }
        }
        return null;
    }

    /// <summary>NT path of the file of the image at an address; empty when there is none.</summary>
    internal string FileAt(ulong imageBase)
    {
        lock (_lock)
        {
            return _images.TryGetValue(imageBase, out ImageSection? image) ? image.FileName ?? "" : "";
        }
    }

    /// <summary>Base of a module by its file name, without case; 0 when it is not loaded.</summary>
    internal ulong FindBase(string name)
    {
        foreach ((ulong start, _, string file) in Snapshot())
        {
            if (file.AsSpan(file.LastIndexOf('\\') + 1).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return start;
            }
        }
        return 0;
    }
}
