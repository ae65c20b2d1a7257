using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>A page of a section whose views share its frame.</summary>
/// <param name="Aliases">The views of the section.</param>
/// <param name="Page">Page of the section.</param>
internal readonly record struct SharedPage(SectionAliases Aliases, long Page)
{
    /// <summary>What any view may do with the page now.</summary>
    public PageRights Rights => Aliases.RightsOf(Page);

    /// <summary>True when these rights can be given as things are.</summary>
    public bool Allows(PageRights needed) => (needed & ~Rights) == 0;
}
