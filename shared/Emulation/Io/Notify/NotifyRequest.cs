using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Io.Notify;

/// <summary>An NtNotifyChangeDirectoryFile call that waits for a change.</summary>
internal sealed class NotifyRequest(IoReply reply, DirectoryWatch watch, GuestPointer buffer, uint length) : IoRequest(reply)
{
    /// <summary>Where the changes go.</summary>
    public GuestPointer Buffer { get; } = buffer;

    /// <summary>Its length in bytes; 0 when the caller only wants to know that something changed.</summary>
    public uint Length { get; } = length;

    /// <inheritdoc/>
    protected override void OnCancel() => watch.Remove(this);
}
