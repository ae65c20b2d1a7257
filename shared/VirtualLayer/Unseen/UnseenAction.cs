namespace PortableVirt.VirtualLayer.Unseen;

/// <summary>What happens when a program needs something that its package's list does not hold.</summary>
public enum UnseenAction
{
    /// <summary>The program gets it: from the package, or from this computer's system library. It is recorded.</summary>
    Allow,

    /// <summary>As <see cref="Allow"/>, and an event tells of it.</summary>
    Report,

    /// <summary>The program gets the error that Windows gives where it is missing, and an event tells of it.</summary>
    Deny,
}
