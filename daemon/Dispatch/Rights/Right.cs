namespace PortableVirt.Dispatch.Rights;

/// <summary>What a caller needs for a method.</summary>
public enum Right
{
    /// <summary>Every local user may call it; it acts for the caller alone.</summary>
    EveryUser,

    /// <summary>Every local user may call it; it sees and touches the caller's own VMs, for administrators everybody's.</summary>
    OwnVms,

    /// <summary>Every local user may call it; it sees the caller's own packages and those for all, and changes the caller's own, for
    /// administrators everybody's.</summary>
    OwnPackages,

    /// <summary>Only the socket that a VM-app inherited from the daemon may call it.</summary>
    VmChannel,
}
