using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Sync;

namespace PortableVirt.Emulation.Io.Mailslots;

/// <summary>A read that waits for a message, with a time limit.</summary>
internal sealed class MailslotReadRequest(IoReply reply, Mailslot slot, GuestPointer buffer, uint length) : IoRequest(reply)
{
    private PausableTimer? _timer;

    /// <summary>Ends the read with STATUS_IO_TIMEOUT after a while, in milliseconds.</summary>
    public void StartTimer(long milliseconds) => _timer = new PausableTimer(Reply.Thread.Executive.Clock.Monotonic, milliseconds, Expire);

    /// <summary>Ends the read, which was claimed; false when the message is too long for it and has to stay.</summary>
    public bool Deliver(byte[] message)
    {
        _timer?.Dispose();
        if ((uint)message.Length > length)
        {
            Finish(NtStatus.BufferTooSmall, 0);
            return false;
        }
        Finish(Reply.Thread.Memory.TryWrite(buffer, message) ? NtStatus.Success : NtStatus.AccessViolation, (ulong)message.Length);
        return true;
    }

    /// <inheritdoc/>
    protected override void OnCancel()
    {
        _timer?.Dispose();
        slot.Remove(this);
    }

    private void Expire()
    {
        if (TryClaim())
        {
            _timer?.Dispose();
            slot.Remove(this);
            Finish(NtStatus.IoTimeout, 0);
        }
    }
}
