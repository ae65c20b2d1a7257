namespace PortableVirt.VmApp.Channels;

/// <summary>How long a VM-app does without a daemon.</summary>
internal static class DaemonAbsence
{
    /// <summary>Time until the first connection; a daemon that was killed just after it had started this process may never learn of it.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(10);

    /// <summary>Time that the VM of an attached run goes on without a connection.</summary>
    public static readonly TimeSpan Attached = TimeSpan.FromSeconds(30);

    /// <summary>Time that the account of an ended run waits for somebody to take it.</summary>
    public static readonly TimeSpan Account = TimeSpan.FromSeconds(30);
}
