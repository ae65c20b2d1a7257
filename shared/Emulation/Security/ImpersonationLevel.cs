namespace PortableVirt.Emulation.Security;

/// <summary>SECURITY_IMPERSONATION_LEVEL (winnt.h).</summary>
public enum ImpersonationLevel : uint
{
    /// <summary>The server learns nothing about the client.</summary>
    Anonymous = 0,

    /// <summary>The server may look at the client's identity.</summary>
    Identification = 1,

    /// <summary>The server may act as the client on this machine.</summary>
    Impersonation = 2,

    /// <summary>The server may act as the client on other machines, too.</summary>
    Delegation = 3,
}
