using System.Buffers.Binary;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Sockets;

/// <summary>IOCTL_AFD_POLL over several sockets. It waits in the list of each of them and ends with what one of them told.</summary>
internal sealed class PollRequest(IoReply reply, PollEntry[] entries, GuestPointer output, long timeout, bool isExclusive) : IoRequest(reply), ITimedRequest
{
    private const int Header = 16, EntrySize = 16;

    /// <summary>Another exclusive poll of a socket ends this one.</summary>
    public bool IsExclusive => isExclusive;

    /// <summary>The sockets.</summary>
    public IReadOnlyList<PollEntry> Entries => entries;

    /// <summary>Ends the poll with what its entries were told. Called without sockets' locks.</summary>
    public void Complete(NtStatus status)
    {
        if (TryClaim())
        {
            Leave();
            NtStatus written = Write(status, out ulong information);
            Finish(written, information);
        }
    }

    /// <inheritdoc/>
    public void Expire() => Complete(NtStatus.Timeout);

    /// <summary>Writes the AFD_POLL_INFO: only the entries that were told something.</summary>
    public NtStatus Write(NtStatus status, out ulong information)
    {
        PollEntry[] told = status == NtStatus.Success ? [.. entries.Where(e => e.Told != AfdPollFlags.None)] : [];
        byte[] bytes = new byte[Header + (told.Length * EntrySize)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, timeout);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), told.Length);
        bytes[12] = isExclusive ? (byte)1 : (byte)0;
        for (int i = 0; i < told.Length; i++)
        {
            Span<byte> entry = bytes.AsSpan(Header + (i * EntrySize), EntrySize);
            BinaryPrimitives.WriteUInt64LittleEndian(entry, told[i].Handle);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], (uint)told[i].Told);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], told[i].Status.Value);
        }
        information = (ulong)bytes.Length;
        return Reply.Thread.Memory.TryWrite(output, bytes) ? status : NtStatus.AccessViolation;
    }

    /// <summary>Leaves the lists of all sockets.</summary>
    public void Leave()
    {
        foreach (PollEntry entry in entries)
        {
            entry.Socket.RemovePoll(entry);
        }
    }

    /// <inheritdoc/>
    protected override void OnCancel() => Leave();
}
