using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Emulation.Memory;

/// <summary>
/// Pages of an image that do not come from its own file: headers that replace the file's, and a section behind all others. The layout's pieces at
/// these addresses are in <paramref name="File"/>.
/// </summary>
/// <param name="File">The pages; whoever made them owns the descriptor, and keeps it open as long as sections are made.</param>
/// <param name="SectionRva">Where the added section starts; the headers start at 0.</param>
public sealed record ImageExtension(SafeFileHandle File, uint SectionRva)
{
    /// <summary>True for a piece of the layout that is in <see cref="File"/>.</summary>
    public bool Holds(uint rva) => rva == 0 || rva == SectionRva;
}
