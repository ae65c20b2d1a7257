using PortableVirt.Analysis.Needs;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Recording;

/// <summary>Which pages of images a run touched, when that is asked for.</summary>
public sealed partial class UseRecorder
{
    private readonly PageRanges _pages = new();

    /// <summary>Images are brought in page by page, and every page that is touched becomes part of the facts: "page MODULE FIRST-LAST", both RVAs of pages.</summary>
    public bool RecordsPages { get; init; }

    /// <summary>Pages of an image were touched. Called under an address space's lock.</summary>
    internal void NotePages(ImageSection image, long first, long count)
    {
        lock (_lock)
        {
            _pages.Add(Name(FileName(image.FileName ?? "")), first, count);
        }
    }
}
