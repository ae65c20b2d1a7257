namespace PortableVirt.Protocol.Sockets;

/// <summary>Numbers of the descriptors that a VM-app inherits from the daemon, besides 0, 1 and 2, which are the caller's.</summary>
public static class VmDescriptors
{
    /// <summary>Listening Unix stream socket: the daemon connects, and a restarted daemon connects again; each connection is a manager
    /// channel, on which the VM-app is the gRPC client. The newest counts.</summary>
    public const int Channel = 3;

    /// <summary>Sealed memory file with the VmLaunch message.</summary>
    public const int Launch = 4;

    /// <summary>/dev/kvm, open for reading and writing.</summary>
    public const int Kvm = 5;

    /// <summary>The working folder, as the caller opened it.</summary>
    public const int WorkingFolder = 6;

    /// <summary>The package's file, open for reading; only where VmLaunch says so.</summary>
    public const int Package = 7;

    /// <summary>The first number that is not inherited.</summary>
    public const int End = 8;

    /// <summary>First argument of the VM-app's first stage: it takes on the ids in the arguments 2 (user), 3 (group) and 4
    /// (supplementary groups, with commas, or "-") and the file mode mask in 5 (octal), gives up all rights, and starts its second stage.</summary>
    public const string EnterArgument = "--enter";

    /// <summary>First argument of the VM-app's second stage: it runs the VM.</summary>
    public const string VmArgument = "--vm";
}
