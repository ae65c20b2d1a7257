namespace PortableVirt.Emulation.Memory;

/// <summary>The MEM_ and SEC_ constants (winnt.h).</summary>
public static class MemoryTypes
{
    /// <summary>MEM_COALESCE_PLACEHOLDERS of NtFreeVirtualMemory.</summary>
    public const uint CoalescePlaceholders = 0x1;

    /// <summary>MEM_PRESERVE_PLACEHOLDER of NtFreeVirtualMemory and NtUnmapViewOfSectionEx.</summary>
    public const uint PreservePlaceholder = 0x2;

    /// <summary>MEM_COMMIT.</summary>
    public const uint Commit = 0x1000;

    /// <summary>MEM_RESERVE.</summary>
    public const uint Reserve = 0x2000;

    /// <summary>MEM_DECOMMIT; the same value is MEM_REPLACE_PLACEHOLDER of the allocation calls.</summary>
    public const uint Decommit = 0x4000;

    /// <summary>MEM_REPLACE_PLACEHOLDER.</summary>
    public const uint ReplacePlaceholder = 0x4000;

    /// <summary>MEM_RELEASE.</summary>
    public const uint Release = 0x8000;

    /// <summary>MEM_FREE, a page state.</summary>
    public const uint Free = 0x10000;

    /// <summary>MEM_PRIVATE, a region type.</summary>
    public const uint Private = 0x20000;

    /// <summary>MEM_MAPPED, a region type.</summary>
    public const uint Mapped = 0x40000;

    /// <summary>MEM_RESERVE_PLACEHOLDER.</summary>
    public const uint ReservePlaceholder = 0x40000;

    /// <summary>MEM_RESET.</summary>
    public const uint Reset = 0x80000;

    /// <summary>MEM_TOP_DOWN.</summary>
    public const uint TopDown = 0x100000;

    /// <summary>MEM_WRITE_WATCH.</summary>
    public const uint WriteWatch = 0x200000;

    /// <summary>MEM_PHYSICAL (AWE).</summary>
    public const uint Physical = 0x400000;

    /// <summary>MEM_RESET_UNDO.</summary>
    public const uint ResetUndo = 0x1000000;

    /// <summary>MEM_IMAGE, a region type; the same value is SEC_IMAGE.</summary>
    public const uint Image = 0x1000000;

    /// <summary>MEM_LARGE_PAGES.</summary>
    public const uint LargePages = 0x20000000;

    /// <summary>SEC_RESERVE: views start uncommitted.</summary>
    public const uint SectionReserve = 0x4000000;

    /// <summary>SEC_COMMIT.</summary>
    public const uint SectionCommit = 0x8000000;

    /// <summary>SEC_IMAGE_NO_EXECUTE.</summary>
    public const uint SectionImageNoExecute = 0x11000000;
}
