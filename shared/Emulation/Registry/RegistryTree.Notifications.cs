namespace PortableVirt.Emulation.Registry;

public sealed partial class RegistryTree
{
    /// <summary>Asks for notifications of an open key; under <see cref="Lock"/>.</summary>
    internal static KeyNotification Watch(KeyObject key, KeyChange filter, bool watchTree)
    {
        if (key.Notification is null)
        {
            key.Notification = new KeyNotification(key.Node, filter, watchTree);
            key.Node.AddNotification(key.Notification);
        }
        return key.Notification;
    }

    /// <summary>The open key is gone: its requests end with STATUS_NOTIFY_CLEANUP.</summary>
    internal void Cancel(KeyObject key)
    {
        lock (Lock)
        {
            if (key.Notification is { } notification)
            {
                key.Node.RemoveNotification(notification);
                key.Notification = null;
                notification.Complete(NtStatus.NotifyCleanup);
            }
        }
    }

    internal static void Report(KeyNode source, KeyChange change)
    {
        for (KeyNode? node = source; node is not null; node = node.Parent)
        {
            if (node.Notifications.Count == 0)
            {
                continue;
            }
            // A request that ends may take its notification off the key.
            foreach (KeyNotification notification in node.Notifications.ToArray())
            {
                notification.Report(source, change);
            }
        }
    }

    private static void Flush(KeyNode deleted)
    {
        foreach (KeyNotification notification in deleted.Notifications.ToArray())
        {
            notification.Complete(NtStatus.NotifyEnumDir);
        }
    }
}
