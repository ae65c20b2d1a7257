namespace PortableVirt.Emulation.Memory;

/// <summary>Who hears of single pages of images. Called under the locks of address spaces.</summary>
internal sealed class ImageWatch
{
    /// <summary>Hears of every page of an image that is touched, which are then brought in one by one; null for nobody.</summary>
    public Action<ImageSection, long>? Touched { get; init; }

    /// <summary>Gives the bytes of a page that was left out of a package: section, page, true when the image is at its own base, 4096 bytes to fill.</summary>
    public MissingPage? Missing { get; init; }

    /// <summary>See <see cref="Missing"/>.</summary>
    public delegate bool MissingPage(ImageSection image, long page, bool isAtBase, Span<byte> target);
}
