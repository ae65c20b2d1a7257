namespace PortableVirt.Emulation.Registry;

/// <summary>
/// The notification state of one open key. As on NT the filter and the depth of the first request stay in force until the
/// handle is closed, and a change that happens between two requests completes the second one at once.
/// </summary>
/// <param name="node">The watched key.</param>
/// <param name="filter">Changes of interest.</param>
/// <param name="watchTree">Also changes below the key.</param>
internal sealed class KeyNotification(KeyNode node, KeyChange filter, bool watchTree)
{
    private readonly List<Action<NtStatus>> _requests = [];
    private bool _changed;

    /// <summary>The watched key.</summary>
    public KeyNode Node { get; } = node;

    /// <summary>Adds a request; it is completed with STATUS_NOTIFY_ENUM_DIR or STATUS_NOTIFY_CLEANUP, at once when a change waits.</summary>
    public void Add(Action<NtStatus> complete)
    {
        if (_changed)
        {
            _changed = false;
            complete(NtStatus.NotifyEnumDir);
            return;
        }
        _requests.Add(complete);
    }

    /// <summary>Reports a change in <paramref name="source"/>, which is the watched key or one below it.</summary>
    public void Report(KeyNode source, KeyChange change)
    {
        if ((filter & change) == 0 || (source != Node && !watchTree))
        {
            return;
        }
        _changed = _requests.Count == 0;
        Complete(NtStatus.NotifyEnumDir);
    }

    /// <summary>Completes all requests.</summary>
    public void Complete(NtStatus status)
    {
        Action<NtStatus>[] requests = [.. _requests];
        _requests.Clear();
        foreach (Action<NtStatus> complete in requests)
        {
            complete(status);
        }
    }

    /// <summary>Takes one request back; false when it was completed already.</summary>
    public bool Remove(Action<NtStatus> complete) => _requests.Remove(complete);
}
