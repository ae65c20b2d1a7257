namespace PortableVirt.Hypervisor;

/// <summary>
/// Composes and takes apart x86-64 leaf page-table entries (Intel SDM volume 3, 4.5). Accessed and dirty are always preset, so that nothing
/// but the host writes entries (measured: KVM sets them otherwise). Bits 9 to 11 and 52 to 58 are left to the caller.
/// </summary>
public static class PageEntry
{
    /// <summary>The page may be accessed at all.</summary>
    public const ulong Present = 1;

    /// <summary>The page may be written.</summary>
    public const ulong Writable = 1 << 1;

    /// <summary>CPL3 may access the page.</summary>
    public const ulong User = 1 << 2;

    /// <summary>Preset in every entry.</summary>
    public const ulong Accessed = 1 << 5;

    /// <summary>Preset in every entry.</summary>
    public const ulong Dirty = 1 << 6;

    /// <summary>Instructions may not be fetched from the page.</summary>
    public const ulong NoExecute = 1UL << 63;

    /// <summary>Bits 12 to 51: the guest-physical address of the frame.</summary>
    public const ulong AddressMask = 0x000F_FFFF_FFFF_F000;

    /// <summary>The bits that processor and KVM ignore: 9 to 11 and 52 to 58.</summary>
    public const ulong SoftwareMask = 0x07F0_0000_0000_0E00;

    /// <summary>An entry for user mode. <see cref="PageRights.None"/> gives the bare address, not present.</summary>
    /// <param name="gpa">Guest-physical address of the frame, a multiple of 4096.</param>
    /// <param name="rights">Rights of user-mode code.</param>
    public static ulong Make(ulong gpa, PageRights rights)
    {
        ulong entry = gpa & AddressMask;
        if (rights == PageRights.None)
        {
            return entry;
        }

        entry |= Present | User | Accessed | Dirty;
        entry |= (rights & PageRights.Write) != 0 ? Writable : 0;
        entry |= (rights & PageRights.Execute) != 0 ? 0 : NoExecute;
        return entry;
    }

    /// <summary>The guest-physical address in an entry, present or not.</summary>
    public static ulong Address(ulong entry) => entry & AddressMask;

    /// <summary>True when the entry is present.</summary>
    public static bool IsPresent(ulong entry) => (entry & Present) != 0;

    /// <summary>The rights that user-mode code has by this leaf entry.</summary>
    public static PageRights Rights(ulong entry)
    {
        if ((entry & (Present | User)) != (Present | User))
        {
            return PageRights.None;
        }

        PageRights rights = PageRights.Read;
        rights |= (entry & Writable) != 0 ? PageRights.Write : 0;
        rights |= (entry & NoExecute) == 0 ? PageRights.Execute : 0;
        return rights;
    }
}
