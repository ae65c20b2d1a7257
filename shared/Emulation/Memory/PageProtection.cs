using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>The PAGE_ protection constants (winnt.h) and what they mean.</summary>
public static class PageProtection
{
    /// <summary>PAGE_NOACCESS.</summary>
    public const uint NoAccess = 0x01;

    /// <summary>PAGE_READONLY.</summary>
    public const uint ReadOnly = 0x02;

    /// <summary>PAGE_READWRITE.</summary>
    public const uint ReadWrite = 0x04;

    /// <summary>PAGE_WRITECOPY.</summary>
    public const uint WriteCopy = 0x08;

    /// <summary>PAGE_EXECUTE.</summary>
    public const uint Execute = 0x10;

    /// <summary>PAGE_EXECUTE_READ.</summary>
    public const uint ExecuteRead = 0x20;

    /// <summary>PAGE_EXECUTE_READWRITE.</summary>
    public const uint ExecuteReadWrite = 0x40;

    /// <summary>PAGE_EXECUTE_WRITECOPY.</summary>
    public const uint ExecuteWriteCopy = 0x80;

    /// <summary>PAGE_GUARD: the first access raises STATUS_GUARD_PAGE_VIOLATION and clears the flag.</summary>
    public const uint Guard = 0x100;

    /// <summary>PAGE_NOCACHE.</summary>
    public const uint NoCache = 0x200;

    /// <summary>PAGE_WRITECOMBINE.</summary>
    public const uint WriteCombine = 0x400;

    /// <summary>PAGE_TARGETS_INVALID and PAGE_TARGETS_NO_UPDATE: about control-flow guard tables, which no process here has; legal with execute access.</summary>
    public const uint TargetsInvalid = 0x40000000;

    /// <summary>The eight access values without modifiers.</summary>
    public const uint AccessMask = 0xff;

    /// <summary>True when exactly one access value is set and the modifiers fit it (no guard or cache modifier on PAGE_NOACCESS).</summary>
    public static bool IsValid(uint protection)
    {
        uint access = protection & AccessMask;
        return access != 0 && (access & (access - 1)) == 0
            && (protection & ~(AccessMask | Guard | NoCache | WriteCombine)) == 0
            && (access != NoAccess || (protection & (Guard | NoCache | WriteCombine)) == 0);
    }

    /// <summary>Takes <see cref="TargetsInvalid"/> off an executable protection; it has no other effect.</summary>
    public static uint WithoutTargets(uint protection) =>
        IsExecutable(protection) ? protection & ~TargetsInvalid : protection;

    /// <summary>True for the four values with execute access.</summary>
    public static bool IsExecutable(uint protection) => (protection & (Execute | ExecuteRead | ExecuteReadWrite | ExecuteWriteCopy)) != 0;

    /// <summary>What user-mode code may do with a committed page of this protection; a guard page may do nothing until it is hit.</summary>
    public static PageRights Rights(uint protection) => (protection & Guard) != 0 ? PageRights.None : (protection & AccessMask) switch
    {
        ReadOnly => PageRights.Read,
        ReadWrite or WriteCopy => PageRights.Read | PageRights.Write,
        Execute or ExecuteRead => PageRights.Read | PageRights.Execute,
        ExecuteReadWrite or ExecuteWriteCopy => PageRights.Read | PageRights.Write | PageRights.Execute,
        _ => PageRights.None,
    };

    /// <summary>True for PAGE_WRITECOPY and PAGE_EXECUTE_WRITECOPY.</summary>
    public static bool IsWriteCopy(uint protection) => (protection & (WriteCopy | ExecuteWriteCopy)) != 0;

    /// <summary>The protection of a copy-on-write page after its first write.</summary>
    public static uint AfterCopy(uint protection) => (protection & AccessMask) switch
    {
        WriteCopy => (protection & ~AccessMask) | ReadWrite,
        ExecuteWriteCopy => (protection & ~AccessMask) | ExecuteReadWrite,
        _ => protection,
    };

    /// <summary>The protection that an image or copy-on-write view reports and keeps for a writable one.</summary>
    public static uint ToWriteCopy(uint protection) => (protection & AccessMask) switch
    {
        ReadWrite => (protection & ~AccessMask) | WriteCopy,
        ExecuteReadWrite => (protection & ~AccessMask) | ExecuteWriteCopy,
        _ => protection,
    };
}
