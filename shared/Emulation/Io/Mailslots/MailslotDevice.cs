namespace PortableVirt.Emulation.Io.Mailslots;

/// <summary>\Device\MailSlot: the mailslots of the VM. Nothing of them reaches the host or the network.</summary>
internal sealed class MailslotDevice(Executive executive) : DeviceObject
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Mailslot> _slots = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes a mailslot. STATUS_OBJECT_NAME_COLLISION when there is one of the name.</summary>
    public NtStatus Create(in FileCreateRequest request, string name, uint maximumMessage, long readTimeout, out MailslotFile file)
    {
        file = null!;
        lock (_lock)
        {
            Mailslot slot = new(maximumMessage);
            if (!_slots.TryAdd(name, slot))
            {
                return NtStatus.ObjectNameCollision;
            }
            file = new MailslotFile(this, name, slot, readTimeout, executive, request.Access, request.Share, request.Options);
            return NtStatus.Success;
        }
    }

    /// <summary>The reader has gone.</summary>
    public void Remove(string name)
    {
        lock (_lock)
        {
            _slots.Remove(name);
        }
    }

    /// <inheritdoc/>
    internal override NtStatus Open(in FileCreateRequest request, string remainder, out FileObject file, out ulong information)
    {
        information = FileCreateRequest.Opened;
        file = null!;
        Mailslot? slot;
        lock (_lock)
        {
            _slots.TryGetValue(remainder, out slot);
        }
        if (slot is null)
        {
            return NtStatus.ObjectNameNotFound;
        }
        file = new MailslotFile(this, remainder, slot, null, executive, request.Access & ~FileAccessRights.MaximumAllowed, request.Share, request.Options);
        return NtStatus.Success;
    }
}
