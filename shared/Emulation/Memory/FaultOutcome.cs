namespace PortableVirt.Emulation.Memory;

/// <summary>What the memory manager says of a page fault.</summary>
internal enum FaultOutcome
{
    /// <summary>The page is there now: run the instruction again.</summary>
    Resolved,

    /// <summary>The program may not do this: STATUS_ACCESS_VIOLATION.</summary>
    AccessViolation,

    /// <summary>A guard page was hit; its guard flag is cleared now: STATUS_GUARD_PAGE_VIOLATION.</summary>
    GuardPage,

    /// <summary>The content cannot be had (no memory, or the file cannot be read): STATUS_IN_PAGE_ERROR.</summary>
    InPageError,

    /// <summary>The frame is shared, and all its views must change between writing and executing first. Stays inside the memory manager.</summary>
    NeedsSwitch,
}
