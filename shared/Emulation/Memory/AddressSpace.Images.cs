using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>Single pages of images: which are touched, and which a package left out.</summary>
public sealed partial class AddressSpace
{
    /// <summary>Who hears of single pages of images; null for nobody.</summary>
    internal ImageWatch? Images { get; set; }

    /// <summary>The part of [first, first + count) around a page that is brought in with it.</summary>
    private (long First, long Count) Together(ImageSectionView view, long page, long first, long count) =>
        Images?.Touched is not null ? (page, 1) : view.Present(page, ImageSectionView.Cluster(page, first, count));

    /// <summary>Brings the pages in that an image of whole pages has, unless single pages are of interest.</summary>
    private void MaterializeImage(Region region, ImageSectionView view)
    {
        if (Images?.Touched is not null)
        {
            return;
        }
        long limit = Math.Min(region.Pages.Count, 1 << 16);
        for (long page = 0; page < limit;)
        {
            (long first, long count) = view.Present(page, (page, limit - page));
            if (count == 0)
            {
                page++;
                continue;
            }
            Materialize(region, first, count);
            page = first + count;
        }
    }

    /// <summary>True when a page is there, or could be brought in although the package left it out.</summary>
    private bool BringIn(Region region, long page)
    {
        if (region.View is not ImageSectionView { Section: ImageSection image } view)
        {
            return true;
        }
        Images?.Touched?.Invoke(image, page);
        if (!view.IsAbsent(page))
        {
            return true;
        }
        Span<byte> bytes = stackalloc byte[GuestMemory.FrameSize];
        if (Images?.Missing is not { } missing || !missing(image, page, region.Start == image.Layout.ImageBase, bytes))
        {
            return false;
        }
        (ulong gpa, _) = view.GetFrames(page, 1);
        if (gpa == 0 || !_memory.TryCopyTo(gpa, bytes))
        {
            return false;
        }
        view.MarkPresent(page);
        return true;
    }
}
